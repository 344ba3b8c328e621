-- The sources are free again and have their next time; the batch is loaded.
update ingest.source_state
set
    next_due_at = batch_due.next_due_at,
    lease_run_id = null,
    lease_batch_id = null,
    -- A batch that is loaded late was not the last.
    last_run_id = case
        when source_state.last_run_at > %(created_at)s then source_state.last_run_id
        else %(run_id)s
    end,
    last_run_at = greatest(source_state.last_run_at, %(created_at)s),
    last_success_at = case
        when exists (
            select
            from batch_endpoint
            where batch_endpoint.source_id = batch_due.source_id
                and batch_endpoint.is_good
        ) then greatest(source_state.last_success_at, %(created_at)s)
        else source_state.last_success_at
    end
from batch_due
where source_state.source_id = batch_due.source_id
    -- An abandoned batch that is loaded after all does not touch a source that another batch has by now.
    and (
        source_state.lease_batch_id is null
        or (source_state.lease_run_id = %(run_id)s and source_state.lease_batch_id = %(batch_id)s)
    );

update ingest.source_state
set watched_until = greatest(source_state.watched_until, batch_due.watched_until)
from batch_due
where source_state.source_id = batch_due.source_id
    and batch_due.watched_until is not null;

update ingest.batch
set
    state = 'loaded',
    load_started_at = %(started_at)s,
    loaded_at = clock_timestamp()
where run_id = %(run_id)s
    and batch_id = %(batch_id)s;
