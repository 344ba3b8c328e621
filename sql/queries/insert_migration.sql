insert into ingest.migration (number, name, content_sha256)
values (%(number)s, %(name)s, %(content_sha256)s)
returning applied_at
