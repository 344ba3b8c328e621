insert into ingest.source_event (
    source_id,
    observed_at,
    run_id,
    batch_id,
    kind,
    state_before,
    state,
    reason,
    detail,
    weight,
    evidence_url,
    evidence_status,
    evidence_file,
    evidence_offset,
    evidence_length
)
values (
    %(source_id)s,
    coalesce(%(observed_at)s, now()),
    %(run_id)s,
    %(batch_id)s,
    case when %(state_before)s::text = %(state)s::text then 'signal' else 'state' end,
    %(state_before)s,
    %(state)s,
    %(reason)s,
    %(detail)s,
    %(weight)s,
    %(url)s,
    %(status)s,
    %(archive_file)s,
    %(archive_offset)s,
    %(archive_length)s
)
