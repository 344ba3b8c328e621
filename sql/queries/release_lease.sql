-- End a batch's lease now, so that the next plan adopts it; its state tells whether there was one.
update ingest.batch
set lease_until = case
    when state = 'planned' then now()
    else lease_until
end
where run_id = %(run_id)s
    and batch_id = %(batch_id)s
returning state
