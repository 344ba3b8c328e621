-- Endpoints at an address: places of discovery are no articles.
select
    source_id,
    url,
    kind,
    last_visited_at,
    last_status,
    last_reason,
    last_detail,
    last_links
from ingest.endpoint
where source_id = any(%(source_ids)s::text[])
    and url = any(%(urls)s::text[])
order by
    source_id,
    url
