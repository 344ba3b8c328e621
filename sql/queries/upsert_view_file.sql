insert into ingest.view_file (name, content_sha256)
values (%(name)s, %(content_sha256)s)
on conflict (name) do update
set
    content_sha256 = excluded.content_sha256,
    applied_at = now()
returning applied_at
