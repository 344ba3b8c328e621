with paused as (
    select
        source_id,
        paused_at is not null as was_paused
    from ingest.source_state
    where source_id = %(source_id)s
    for update
)

update ingest.source_state
set
    paused_at = null,
    paused_until = null,
    paused_because = null
from paused
where source_state.source_id = paused.source_id
returning paused.was_paused
