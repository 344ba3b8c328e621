-- What a batch changed or noticed in the standing of its sources, with what to do.
select
    source_event.source_id,
    source_event.state_before,
    source_event.state,
    source_event.reason,
    source_event.detail,
    state_reason.remedy
from ingest.source_event
inner join ingest.state_reason
    on state_reason.reason = source_event.reason
where source_event.run_id = %(run_id)s
    and source_event.batch_id = %(batch_id)s
order by source_event.event_id
