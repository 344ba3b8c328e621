select
    memory,
    state,
    now()
from ingest.source_state
where source_id = %(source_id)s
for update
