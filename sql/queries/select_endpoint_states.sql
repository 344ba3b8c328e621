-- Validators for conditional requests. What was not asked for a month is no longer part of the site.
select
    source_id,
    url,
    etag,
    last_modified
from ingest.endpoint
where source_id = any(%(source_ids)s)
    and (etag is not null or last_modified is not null)
    and last_visited_at > now() - interval '30 days'
order by
    source_id,
    url
