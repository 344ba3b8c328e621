update ingest.source_state
set
    paused_at = now(),
    paused_until = %(until)s,
    paused_because = %(because)s,
    -- Another reason or date of a pause is written anew.
    state_reason = case when state = 'paused' then 'disabled' else state_reason end
where source_id = %(source_id)s
returning source_id
