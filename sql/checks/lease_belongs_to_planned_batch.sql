-- A source is in the hands of a planned batch only: one that is loaded or abandoned has let it go.
select
    source_state.source_id,
    batch.run_id,
    batch.batch_id,
    batch.state
from ingest.source_state
inner join ingest.batch
    on batch.run_id = source_state.lease_run_id
    and batch.batch_id = source_state.lease_batch_id
where batch.state <> 'planned'
order by source_state.source_id
