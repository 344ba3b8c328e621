-- What the next visit goes by: validators, when it last went well, failures in a row.
-- What was not asked for a month is no longer part of the site.
select
    source_id,
    url,
    etag,
    last_modified,
    last_succeeded_at,
    failure_count
from ingest.endpoint
where source_id = any(%(source_ids)s)
    and last_visited_at > now() - interval '30 days'
order by
    source_id,
    url
