select
    source_id,
    watched_until
from ingest.source_state
where source_id = any(%(source_ids)s)
    and watched_until is not null
