insert into ingest.batch (
    run_id,
    batch_id,
    kind,
    path,
    state,
    hosts,
    lease_until,
    planned_at
)
values (
    %(run_id)s,
    %(batch_id)s,
    %(kind)s,
    %(path)s,
    'planned',
    %(hosts)s::text[],
    now() + make_interval(secs => %(lease_seconds)s),
    %(planned_at)s
)
on conflict (run_id, batch_id) do nothing
