-- What each source brought on each day, and whether we were there to see it.
set local role dateline_owner;

create or replace view news.source_day as
with span as (
    select
        source.source_id,
        source.time_zone,
        source_state.watched_until,
        recorded.since as recorded_since,
        fetched.since as fetched_since,
        day.day::date as day,
        day.day at time zone source.time_zone as starts_at,
        (day.day + interval '1 day') at time zone source.time_zone as ends_at
    from news.source
    inner join ingest.source_state
        on source_state.source_id = source.source_id
    cross join lateral (
        select least(
            (select min(hour) from ingest.source_hour where source_hour.source_id = source.source_id),
            (
                select min(source_day.day)::timestamp at time zone source.time_zone
                from ingest.source_day
                where source_day.source_id = source.source_id
            )
        ) as since
    ) as recorded
    cross join lateral (
        select min(article.first_fetched_at) as since
        from news.article
        where article.source_id = source.source_id
    ) as fetched
    cross join lateral generate_series(
        date_trunc('day', source.first_seen_at at time zone source.time_zone),
        now() at time zone source.time_zone,
        interval '1 day'
    ) as day (day)
),

seen as (
    select
        span.*,
        published.articles as published_count,
        came.articles as first_fetched_count,
        coalesce(hours.watched_seconds, 0) + coalesce(source_day.watched_seconds, 0) as watched_seconds,
        coalesce(hours.found, 0) + coalesce(source_day.found, 0) as found_count,
        standing.state,
        standing.reason,
        standing.detail
    from span
    cross join lateral (
        select count(*)::integer as articles
        from news.article
        where article.source_id = span.source_id
            and article.published_at >= span.starts_at
            and article.published_at < span.ends_at
    ) as published
    cross join lateral (
        select count(*)::integer as articles
        from news.article
        where article.source_id = span.source_id
            and article.first_fetched_at >= span.starts_at
            and article.first_fetched_at < span.ends_at
    ) as came
    cross join lateral (
        select
            sum(source_hour.watched_seconds) as watched_seconds,
            sum(source_hour.found)::integer as found
        from ingest.source_hour
        where source_hour.source_id = span.source_id
            and source_hour.hour >= span.starts_at
            and source_hour.hour < span.ends_at
    ) as hours
    left join ingest.source_day
        on source_day.source_id = span.source_id
        and source_day.day = span.day
    -- What stood in our way: a trouble that began on that day or went on from before; the newest of them.
    left join lateral (
        select
            trouble.state,
            trouble.reason,
            trouble.detail
        from (
            (
                select
                    event.observed_at,
                    event.kind,
                    event.state,
                    event.reason,
                    event.detail
                from ingest.source_event as event
                where event.source_id = span.source_id
                    and event.observed_at >= span.starts_at
                    and event.observed_at < span.ends_at
                    and (event.kind = 'state' or event.reason = 'our_network')
            )

            union all

            (
                select
                    event.observed_at,
                    event.kind,
                    event.state,
                    event.reason,
                    event.detail
                from ingest.source_event as event
                where event.source_id = span.source_id
                    and event.observed_at < span.starts_at
                    and event.kind = 'state'
                order by
                    event.observed_at desc,
                    event.event_id desc
                limit 1
            )
        ) as trouble
        where trouble.reason in ('our_network', 'unreachable')
            or trouble.state in ('blocked', 'dead', 'paused')
        order by
            trouble.reason = 'our_network',
            trouble.observed_at desc
        limit 1
    ) as standing
        on true
),

shared as (
    select
        seen.*,
        least(
            1,
            watched_seconds / greatest(1, extract(epoch from least(ends_at, greatest(now(), starts_at)) - starts_at))
        ) as watched_share
    from seen
),

judged as (
    select
        shared.*,
        case
            when watched_share >= 0.95 and ends_at <= now() then
                case
                    when published_count + found_count > 0 then 'published'
                    else 'nothing_published'
                end
            -- The next visit may still cover the rest of the day: lists name what is older.
            when coalesce(state, '') not in ('paused', 'dead')
                and coalesce(watched_until, '-infinity') < ends_at
                and ends_at > now() - interval '1 day' then 'not_yet_known'
            when watched_share >= 0.02 then 'partly_watched'
            when state = 'paused' then 'paused'
            when fetched_since < ends_at and ends_at <= coalesce(recorded_since, 'infinity') then 'not_recorded'
            else 'not_watched'
        end as status
    from shared
)

select
    judged.source_id,
    judged.day,
    judged.starts_at,
    judged.ends_at,
    judged.published_count,
    judged.first_fetched_count,
    round(judged.watched_share::numeric, 3) as watched_share,
    judged.status,
    gap.reason,
    coalesce(state_reason.meaning, gap.meaning) as meaning,
    case when gap.reason = judged.reason then judged.detail end as detail
from judged
cross join lateral (
    select
        case
            when judged.status in ('published', 'nothing_published', 'not_yet_known', 'not_recorded') then null
            else coalesce(judged.reason, 'not_visited')
        end as reason,
        case
            when judged.status in ('partly_watched', 'not_watched') and judged.reason is null
                then 'We were not there: the pipeline did not run, or did not get to this source.'
        end as meaning
) as gap
left join ingest.state_reason
    on state_reason.reason = gap.reason;

comment on view news.source_day is
    'Each source on each day since this database knows it: what it published, and whether we watched. «It published '
    'nothing» (nothing_published) and «we were down» (not_watched, with the reason) are different facts. Give a '
    'source_id, a day or both.';
comment on column news.source_day.source_id is 'The source.';
comment on column news.source_day.day is
    'Day in the source''s own time zone (news.source.time_zone): the day that it dates its articles by.';
comment on column news.source_day.starts_at is 'When that day begins, UTC.';
comment on column news.source_day.ends_at is 'When the next day begins, UTC.';
comment on column news.source_day.published_count is
    'Articles that we have and that the source dates on this day; those without a date do not count.';
comment on column news.source_day.first_fetched_count is 'Articles that we first fetched on this day, whatever their date.';
comment on column news.source_day.watched_share is
    'Part of the day that our visits cover: 1 is all of it, 0 none. Of today: of what is over of it.';
comment on column news.source_day.status is
    'published: watched (95 of 100 or more), and articles came. nothing_published: watched, and none came. '
    'partly_watched: articles may be missing. not_watched: we were down or kept out, so that no articles mean nothing. '
    'paused: we had stopped asking. not_yet_known: the day is not over, or the next visit may still cover it. '
    'not_recorded: we did visit, and this was not kept then.';
comment on column news.source_day.reason is
    'Why it was not watched as a whole: blocked, dead, paused and so on as the reason codes of news.source_health; '
    'our_network: we were cut off; not_visited: we did not run, or did not get to it. null: it was, or it is not known.';
comment on column news.source_day.meaning is 'What the reason code says.';
comment on column news.source_day.detail is 'What exactly was found.';

grant select on news.source_day to dateline_loader;
