-- The newest runs with their outcomes.
with newest as (
    select
        run_id,
        kind,
        created_at
    from ingest.run
    order by created_at desc
    limit %(run_limit)s
)

select
    newest.run_id as run,
    newest.kind,
    to_char(newest.created_at, 'MM-DD HH24:MI') as "planned (UTC)",
    (
        select string_agg(distinct batch.state, ', ')
        from ingest.batch
        where batch.run_id = newest.run_id
    ) as batches,
    count(source_run.source_id) as sources,
    coalesce(sum(source_run.discovered), 0) as discovered,
    coalesce(sum(source_run.stored), 0) as stored,
    coalesce(sum(source_run.unchanged), 0) as unchanged,
    coalesce(sum(source_run.duplicate), 0) as duplicate,
    coalesce(sum(source_run.rejected), 0) as rejected,
    coalesce(sum(source_run.failed), 0) as failed,
    coalesce(sum(source_run.blocked), 0) as blocked,
    coalesce(sum(source_run.pending), 0) as pending
from newest
left join ingest.source_run
    on source_run.run_id = newest.run_id
group by
    newest.run_id,
    newest.kind,
    newest.created_at
order by newest.created_at desc;
