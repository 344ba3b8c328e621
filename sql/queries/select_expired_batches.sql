-- Batches that nobody has loaded and whose lease ran out; with `only`, those that hold one of these sources.
-- A load that is under way has its row locked, and is left alone.
select
    batch.run_id,
    batch.batch_id,
    batch.path,
    batch.attempts,
    array(
        select source_state.source_id
        from ingest.source_state
        where source_state.lease_run_id = batch.run_id
            and source_state.lease_batch_id = batch.batch_id
        order by source_state.source_id
    ) as source_ids
from ingest.batch
where batch.state = 'planned'
    and batch.lease_until <= now()
    and (
        cardinality(%(only)s::text[]) = 0
        or exists (
            select
            from ingest.source_state
            where source_state.lease_run_id = batch.run_id
                and source_state.lease_batch_id = batch.batch_id
                and source_state.source_id = any(%(only)s::text[])
        )
    )
order by
    batch.planned_at,
    batch.batch_id
for update of batch skip locked
