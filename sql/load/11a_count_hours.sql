-- New articles by the hour in which they were published.
create temporary table batch_new on commit drop as
select
    batch_url.source_id,
    batch_url.discovered_from,
    batch_url.url_key,
    batch_url.discovered_at,
    endpoint_before.last_succeeded_at as since,
    -- Pages that are none, and other addresses of known ones, do not count.
    batch_url.outcome <> 'duplicate' and batch_url.reason <> 'not_an_article' as is_article,
    -- Midnight is what a date without a time of day becomes; the future is a mistake.
    case
        when batch_url.hint_published_at <= batch_url.discovered_at + interval '10 minutes'
            and (batch_url.hint_published_at at time zone 'UTC')::time <> '00:00'
            and (batch_url.hint_published_at at time zone source.time_zone)::time <> '00:00'
            then least(batch_url.hint_published_at, batch_url.discovered_at)
    end as hint
from batch_url
inner join news.source
    on source.source_id = batch_url.source_id
left join endpoint_before
    on endpoint_before.source_id = batch_url.source_id
    and endpoint_before.url = batch_url.discovered_from
where %(is_news)s
    and not batch_url.is_known
    and batch_url.discovered_via in ('feed', 'sitemap', 'section');

with placed as (
    select
        source_id,
        case
            -- Older than the last look: an old page that is linked again.
            when hint < coalesce(since - interval '1 day', discovered_at - interval '7 days') then null
            when hint is not null then hint
            -- Somewhere since the last look; where exactly must not depend on when we look.
            else since + (discovered_at - since) * (('x' || left(url_key, 6))::bit(24)::integer / 16777216.0)
        end as published_at
    from batch_new
    where is_article
)

insert into ingest.source_hour as known (
    source_id,
    hour,
    watched_seconds,
    found
)
select
    source_id,
    date_trunc('hour', published_at, 'UTC') as hour,
    0,
    count(*)
from placed
where published_at is not null
group by
    source_id,
    hour
order by
    source_id,
    hour
on conflict (source_id, hour) do update
set found = known.found + excluded.found;

-- Hours that habits no longer need are kept by the day: a gap is never forgotten.
with forgotten as (
    delete from ingest.source_hour
    using staged_source
    where source_hour.source_id = staged_source.source_id
        and source_hour.hour < %(created_at)s - %(memory)s
    returning source_hour.*
)

insert into ingest.source_day as known (
    source_id,
    day,
    watched_seconds,
    found
)
select
    forgotten.source_id,
    (forgotten.hour at time zone source.time_zone)::date as day,
    sum(forgotten.watched_seconds),
    sum(forgotten.found)
from forgotten
inner join news.source
    on source.source_id = forgotten.source_id
group by
    forgotten.source_id,
    day
order by
    forgotten.source_id,
    day
on conflict (source_id, day) do update
set
    watched_seconds = known.watched_seconds + excluded.watched_seconds,
    found = known.found + excluded.found;
