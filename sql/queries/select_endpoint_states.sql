-- What the next visit goes by: validators, whose turn has not come, when it last went well, failures in a row.
-- What was not asked for a month has no validators any more.
select
    source_id,
    url,
    case when last_visited_at > now() - interval '30 days' then etag end as etag,
    case when last_visited_at > now() - interval '30 days' then last_modified end as last_modified,
    source_id = any(%(only)s::text[]) or coalesce(next_due_at <= now(), true) as is_due,
    stands_in_for,
    last_succeeded_at,
    listed_lastmod,
    failure_count,
    case when last_reason is not null then last_status end as last_status,
    last_reason
from ingest.endpoint
where source_id = any(%(source_ids)s)
    and (
        next_due_at > now()
        or stands_in_for is not null
        or last_visited_at > now() - interval '30 days'
        or last_reason is not null
    )
order by
    source_id,
    url
