-- Start a batch's lease anew, if it is still under way; its state tells.
update ingest.batch
set lease_until = case
    when state = 'planned' then now() + make_interval(secs => %(lease_seconds)s)
    else lease_until
end
where run_id = %(run_id)s
    and batch_id = %(batch_id)s
returning state
