-- Where a source stands now. One that is paused stays so, but what was seen of it is remembered.
update ingest.source_state
set
    state = %(state)s,
    state_reason = %(reason)s,
    state_detail = %(detail)s,
    state_since = coalesce(%(since)s, state_since),
    evidence_url = %(url)s,
    evidence_status = %(status)s,
    evidence_file = %(archive_file)s,
    evidence_offset = %(archive_offset)s,
    evidence_length = %(archive_length)s
where source_id = %(source_id)s
    and state <> 'paused';

update ingest.source_state
set
    failure_score = %(score)s,
    observed_at = %(observed_at)s,
    memory = %(memory)s
where source_id = %(source_id)s;
