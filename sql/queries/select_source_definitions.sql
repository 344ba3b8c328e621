select
    source_id,
    definition
from ingest.source_state
