-- Known URLs of some sources that differ little from an address: by key, or with the same last part of the path.
select
    source_id,
    url,
    last_outcome,
    last_reason
from ingest.url
where source_id = any(%(source_ids)s::text[])
    and (
        url_key = any(%(url_keys)s::text[])
        or (%(slug)s <> '' and strpos(canonical_url, %(slug)s) > 0)
    )
order by
    url_key = any(%(url_keys)s::text[]) desc,
    first_discovered_at desc,
    url_key
limit 5
