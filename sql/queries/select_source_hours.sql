-- The history that habits are learnt from.
select
    source_id,
    hour,
    watched_seconds,
    found
from ingest.source_hour
where source_id = any(%(source_ids)s)
order by
    source_id,
    hour
