select source_id
from source_file
where not exists (
    select
    from ingest.source_state
    where source_state.source_id = source_file.source_id
)
