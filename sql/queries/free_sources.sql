update ingest.source_state
set
    lease_run_id = null,
    lease_batch_id = null
where lease_run_id = %(run_id)s
    and lease_batch_id = %(batch_id)s
