-- One row for each run and source: what `dateline status` and the summary of a run show.
set local role dateline_owner;

create or replace view ingest.source_run as
with counted as (
    select
        run_id,
        batch_id,
        source_id,
        logged_at,
        outcome,
        reason,
        count(*) as urls
    from ingest.outcome
    group by
        run_id,
        batch_id,
        source_id,
        logged_at,
        outcome,
        reason
),

summed as (
    select
        run_id,
        batch_id,
        source_id,
        logged_at,
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
        source_id,
        logged_at
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
    coalesce(summed.stored, kept.nothing)::integer as stored,
    coalesce(summed.unchanged, kept.nothing)::integer as unchanged,
    coalesce(summed.duplicate, kept.nothing)::integer as duplicate,
    coalesce(summed.rejected, kept.nothing)::integer as rejected,
    coalesce(summed.failed, kept.nothing)::integer as failed,
    coalesce(summed.blocked, kept.nothing)::integer as blocked,
    coalesce(summed.pending, kept.nothing)::integer as pending,
    coalesce(summed.reasons, case when kept.nothing = 0 then '{}'::jsonb end) as reasons,
    batch_source.endpoints_visited,
    batch_source.endpoints_failed
from ingest.batch_source
inner join ingest.batch
    on batch.run_id = batch_source.run_id
    and batch.batch_id = batch_source.batch_id
-- What is retired is unknown, not nothing.
cross join lateral (
    select
        case
            when not exists (
                select
                from ingest.monthly_table
                where table_name = 'ingest.outcome'
                    and batch.logged_at < kept_since
            ) then 0
        end as nothing
) as kept
left join summed
    on summed.run_id = batch_source.run_id
    and summed.batch_id = batch_source.batch_id
    and summed.source_id = batch_source.source_id
    -- The month that the outcomes of a batch are in: no other one is opened.
    and summed.logged_at = batch.logged_at;

comment on view ingest.source_run is 'What each source brought in each run, with its outcomes counted. null: they are retired (ingest.monthly_table).';
comment on column ingest.source_run.run_id is 'Run that planned the batch.';
comment on column ingest.source_run.batch_id is 'Batch of the run.';
comment on column ingest.source_run.source_id is 'Source.';
comment on column ingest.source_run.kind is 'news, reprocess or import.';
comment on column ingest.source_run.planned_at is 'When the batch was planned.';
comment on column ingest.source_run.loaded_at is 'When it was loaded.';
comment on column ingest.source_run.discovered is 'URLs taken on.';
comment on column ingest.source_run.known is 'Links met again that were not due.';
comment on column ingest.source_run.captured is 'Responses kept.';
comment on column ingest.source_run.cleaned is 'Articles that clean found.';
comment on column ingest.source_run.versions is 'Versions added.';
comment on column ingest.source_run.stored is 'URLs that brought a new or changed article.';
comment on column ingest.source_run.unchanged is 'URLs whose article reads as before.';
comment on column ingest.source_run.duplicate is 'URLs that lead to or repeat another article.';
comment on column ingest.source_run.rejected is 'Pages that are no article we can keep.';
comment on column ingest.source_run.failed is 'URLs that brought no usable page.';
comment on column ingest.source_run.blocked is 'URLs that we were not let in to.';
comment on column ingest.source_run.pending is 'URLs not reached; the next run goes on with them.';
comment on column ingest.source_run.reasons is 'Count for each outcome:reason.';
comment on column ingest.source_run.endpoints_visited is 'Feeds, sitemaps and sections asked.';
comment on column ingest.source_run.endpoints_failed is 'Those of them that failed.';

grant select on ingest.source_run to dateline_loader;
