insert into ingest.run (run_id, kind, created_at)
values (%(run_id)s, %(kind)s, %(created_at)s)
on conflict (run_id) do nothing
