update ingest.batch
set state = 'abandoned'
where run_id = %(run_id)s
    and batch_id = %(batch_id)s
