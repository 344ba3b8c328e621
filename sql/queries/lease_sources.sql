update ingest.source_state
set
    lease_run_id = %(run_id)s,
    lease_batch_id = %(batch_id)s
where source_id = any(%(source_ids)s)
