-- Known URLs that are due, the newest first, a bounded number for each source.
select
    due.source_id,
    due.url,
    due.canonical_url,
    due.url_key,
    due.hint_title,
    due.hint_published_at,
    due.etag,
    due.last_modified
from unnest(%(source_ids)s::text[]) as wanted (source_id)
cross join lateral (
    select
        url.source_id,
        url.url,
        url.canonical_url,
        url.url_key,
        url.hint_title,
        url.hint_published_at,
        url.etag,
        url.last_modified,
        url.first_discovered_at
    from ingest.url
    where url.source_id = wanted.source_id
        and url.next_due_at <= now()
    order by
        url.first_discovered_at desc,
        url.url_key
    limit %(most)s
) as due
order by
    due.source_id,
    due.first_discovered_at desc,
    due.url_key
