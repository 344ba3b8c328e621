update ingest.batch
set
    attempts = attempts + 1,
    lease_until = now() + make_interval(secs => %(lease_seconds)s)
where run_id = %(run_id)s
    and batch_id = %(batch_id)s
