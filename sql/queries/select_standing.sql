select
    state,
    state_reason,
    state_detail,
    state_since,
    failure_score
from ingest.source_state
where source_id = %(source_id)s
