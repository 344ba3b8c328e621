-- The instants at which an address was captured, to the second: what need not be fetched from a web archive again.
select
    final_url_key,
    date_trunc('second', fetched_at) as fetched_at
from ingest.capture
where source_id = any(%(source_ids)s::text[])
    and fetched_at >= %(since)s
    and fetched_at < %(until)s
