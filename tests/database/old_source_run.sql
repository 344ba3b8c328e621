-- The view as the old version had it: what hangs on a table that is renamed.
create or replace view ingest.source_run as
with counted as (
    select
        run_id,
        batch_id,
        source_id,
        outcome,
        reason,
        count(*) as urls
    from ingest.outcome
    group by
        run_id,
        batch_id,
        source_id,
        outcome,
        reason
),

summed as (
    select
        run_id,
        batch_id,
        source_id,
        sum(urls) filter (where outcome = 'stored') as stored,
        sum(urls) filter (where outcome = 'unchanged') as unchanged,
        sum(urls) filter (where outcome = 'duplicate') as duplicate,
        sum(urls) filter (where outcome = 'rejected') as rejected,
        sum(urls) filter (where outcome = 'failed') as failed,
        sum(urls) filter (where outcome = 'blocked') as blocked,
        sum(urls) filter (where outcome = 'pending') as pending,
        jsonb_object_agg(outcome || ':' || reason, urls) as reasons
    from counted
    group by
        run_id,
        batch_id,
        source_id
)

select
    batch_source.run_id,
    batch_source.batch_id,
    batch_source.source_id,
    batch.kind,
    batch.planned_at,
    batch.loaded_at,
    batch_source.discovered,
    batch_source.known,
    batch_source.captured,
    batch_source.cleaned,
    batch_source.versions,
    coalesce(summed.stored, 0)::integer as stored,
    coalesce(summed.unchanged, 0)::integer as unchanged,
    coalesce(summed.duplicate, 0)::integer as duplicate,
    coalesce(summed.rejected, 0)::integer as rejected,
    coalesce(summed.failed, 0)::integer as failed,
    coalesce(summed.blocked, 0)::integer as blocked,
    coalesce(summed.pending, 0)::integer as pending,
    coalesce(summed.reasons, '{}'::jsonb) as reasons,
    batch_source.endpoints_visited,
    batch_source.endpoints_failed
from ingest.batch_source
inner join ingest.batch
    on batch.run_id = batch_source.run_id
    and batch.batch_id = batch_source.batch_id
left join summed
    on summed.run_id = batch_source.run_id
    and summed.batch_id = batch_source.batch_id
    and summed.source_id = batch_source.source_id;

