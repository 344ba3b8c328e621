-- Each source with where it stands, its last visit and what that brought; those in trouble first. It is due when one of
-- its endpoints or known URLs is.
with last_batch as (
    select distinct on (batch_source.source_id)
        batch_source.source_id,
        batch_source.run_id,
        batch_source.batch_id,
        batch_source.discovered,
        batch_source.endpoints_failed,
        batch.logged_at
    from ingest.batch_source
    inner join ingest.batch
        on batch.run_id = batch_source.run_id
        and batch.batch_id = batch_source.batch_id
    where batch.loaded_at is not null
        and batch.kind = 'news'
    order by
        batch_source.source_id,
        batch.loaded_at desc
),

-- Of these batches alone: the view of all runs would count every outcome that there ever was.
last_loaded as (
    select
        last_batch.source_id,
        last_batch.discovered,
        last_batch.endpoints_failed,
        count(*) filter (where outcome.outcome = 'stored') as stored,
        count(*) filter (where outcome.outcome = 'rejected') as rejected,
        count(*) filter (where outcome.outcome = 'failed') as failed,
        count(*) filter (where outcome.outcome = 'blocked') as blocked,
        count(*) filter (where outcome.outcome = 'pending') as pending
    from last_batch
    left join ingest.outcome
        on outcome.run_id = last_batch.run_id
        and outcome.batch_id = last_batch.batch_id
        and outcome.source_id = last_batch.source_id
        and outcome.logged_at = last_batch.logged_at
    group by
        last_batch.source_id,
        last_batch.discovered,
        last_batch.endpoints_failed
)

select
    source.source_id as source,
    state.state,
    case when state.state_reason not in ('as_usual', 'disabled') then state.state_reason end as reason,
    case
        when state.state_reason not in ('as_usual', 'disabled') then to_char(state.state_since, 'YYYY-MM-DD HH24:MI')
    end as "since (UTC)",
    case
        when state.lease_batch_id is not null then 'running'
        when state.state = 'paused' then null
        when due.at <= now() then 'due'
        else 'waiting'
    end as turn,
    to_char(state.last_run_at, 'MM-DD HH24:MI') as "last (UTC)",
    case when state.state <> 'paused' then to_char(due.at, 'MM-DD HH24:MI') end as "next (UTC)",
    state.state_detail as detail,
    state.evidence_url,
    state.evidence_status::text as evidence_status,
    state.evidence_file,
    state.evidence_offset::text as evidence_offset,
    state_reason.remedy,
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
inner join ingest.state_reason
    on state_reason.reason = state.state_reason
cross join lateral (
    select least(state.next_due_at, min(url.next_due_at)) as at
    from ingest.url
    where url.source_id = source.source_id
        and url.next_due_at is not null
) as due
left join last_loaded
    on last_loaded.source_id = source.source_id
order by
    array_position(
        array['dead', 'blocked', 'moved', 'layout_changed', 'quiet', 'degraded', 'healthy', 'paused'],
        state.state
    ),
    state.state_reason = 'disabled',
    state.state_since desc,
    source.source_id;
