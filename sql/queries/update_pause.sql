-- The state that begins where a pause begins or ends.
update ingest.source_state
set
    state = %(state)s,
    state_reason = %(reason)s,
    state_detail = %(detail)s,
    state_since = now(),
    evidence_url = %(url)s,
    evidence_status = %(status)s,
    evidence_file = %(archive_file)s,
    evidence_offset = %(archive_offset)s,
    evidence_length = %(archive_length)s,
    paused_at = case when %(is_by_operator)s then paused_at end,
    paused_until = case when %(is_by_operator)s then paused_until end,
    paused_because = case when %(is_by_operator)s then paused_because end
where source_id = %(source_id)s
