-- Each source with its last visit and what that brought.
with last_loaded as (
    select distinct on (source_id)
        source_id,
        discovered,
        stored,
        rejected,
        failed,
        blocked,
        pending,
        endpoints_failed
    from ingest.source_run
    where loaded_at is not null and kind = 'news'
    order by
        source_id,
        loaded_at desc
)

select
    source.source_id as source,
    case
        when not source.is_enabled then 'off'
        when state.lease_batch_id is not null then 'running'
        when last_loaded.endpoints_failed > 0 then 'failing'
        when state.next_due_at <= now() then 'due'
        else 'waiting'
    end as state,
    to_char(state.last_run_at, 'MM-DD HH24:MI') as "last (UTC)",
    to_char(state.next_due_at, 'MM-DD HH24:MI') as "next (UTC)",
    coalesce(last_loaded.discovered, 0) as discovered,
    coalesce(last_loaded.stored, 0) as stored,
    coalesce(last_loaded.rejected, 0) as rejected,
    coalesce(last_loaded.failed, 0) as failed,
    coalesce(last_loaded.blocked, 0) as blocked,
    coalesce(last_loaded.pending, 0) as pending,
    coalesce(last_loaded.endpoints_failed, 0) as "feeds failed",
    (
        select count(*)
        from news.article
        where article.source_id = source.source_id
    ) as articles
from news.source
inner join ingest.source_state as state
    on state.source_id = source.source_id
left join last_loaded
    on last_loaded.source_id = source.source_id
order by
    source.is_enabled desc,
    coalesce(last_loaded.endpoints_failed, 0) > 0 desc,
    source.source_id;
