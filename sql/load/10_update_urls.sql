-- When each URL is due again. Ages count from its first fetch; failures and rejections count in a row.
-- An article that is missing is looked for after an hour, to be sure, then 1, 7 and 30 days after it was first missing.
create temporary table batch_url on commit drop as
with joined as (
    select
        batch_discovery.*,
        batch_result.outcome,
        batch_result.reason,
        batch_result.decided_at,
        batch_result.etag,
        batch_result.last_modified,
        batch_result.article_id,
        reason.retry,
        known.article_id as known_article_id,
        known.url_key is not null as is_known,
        sighting.missing_since as seen_missing_since,
        case
            when sighting.missing_since is not null then sighting.missing_since
            when batch_result.outcome not in ('stored', 'unchanged', 'duplicate') then known.missing_since
        end as missing_since,
        article.withdrawn_at,
        coalesce(known.failure_count, 0) as failures_before,
        batch_result.outcome in ('stored', 'unchanged', 'duplicate', 'rejected') as has_page,
        case
            when batch_result.outcome in ('stored', 'unchanged', 'duplicate', 'rejected')
                then least(known.first_fetched_at, batch_result.decided_at)
            else known.first_fetched_at
        end as first_fetched_at
    from batch_discovery
    inner join batch_result
        on batch_result.source_id = batch_discovery.source_id
        and batch_result.url_key = batch_discovery.url_key
    inner join ingest.reason
        on reason.outcome = batch_result.outcome
        and reason.reason = batch_result.reason
    left join ingest.url as known
        on known.source_id = batch_discovery.source_id
        and known.url_key = batch_discovery.url_key
    left join news.article
        on article.article_id = known.article_id
    left join batch_sighting as sighting
        on sighting.source_id = batch_discovery.source_id
        and sighting.url_key = batch_discovery.url_key
),

counted as (
    select
        joined.*,
        case
            when outcome in ('stored', 'unchanged', 'duplicate') then 0
            when outcome = 'pending' then failures_before
            else failures_before + 1
        end as failure_count,
        case
            when retry = 'never' and known_article_id is not null then 'by_age'
            else retry
        end as next_retry
    from joined
)

select
    counted.*,
    -- An article that we have is looked at again at its ages, however often the page failed to come in between.
    case
        when counted.seen_missing_since is not null and counted.withdrawn_at is null
            then counted.seen_missing_since + interval '1 hour'
        when counted.seen_missing_since is not null then returned.next_due_at
        when counted.withdrawn_at is not null and counted.next_retry in ('backoff', 'daily')
            then least(retried.next_due_at, returned.next_due_at)
        when counted.known_article_id is not null and counted.next_retry in ('backoff', 'daily')
            then least(retried.next_due_at, aged.next_due_at)
        when counted.next_retry = 'by_age' then aged.next_due_at
        else retried.next_due_at
    end as next_due_at
from counted
cross join lateral (
    select min(counted.first_fetched_at + make_interval(secs => age.seconds)) as next_due_at
    from staged_source
    cross join lateral unnest(staged_source.revisit_seconds) as age (seconds)
    where staged_source.source_id = counted.source_id
        and counted.first_fetched_at + make_interval(secs => age.seconds) > counted.decided_at
) as aged
cross join lateral (
    select min(counted.withdrawn_at + age.days) as next_due_at
    from (values (interval '1 day'), (interval '7 days'), (interval '30 days')) as age (days)
    where counted.withdrawn_at + age.days > counted.decided_at
) as returned
cross join lateral (
    select
        case counted.next_retry
            when 'at_once' then counted.decided_at
            when 'hourly' then counted.decided_at + interval '1 hour'
            when 'backoff' then
                case
                    when counted.failure_count < 6
                        then counted.decided_at
                        + least(interval '15 minutes' * power(2, counted.failure_count - 1), interval '1 day')
                end
            when 'daily' then
                case when counted.failure_count < 3 then counted.decided_at + interval '1 day' end
        end as next_due_at
) as retried;

-- A reprocess fetched nothing: URLs that are known keep their state, but may have an article now.
update ingest.url
set
    article_id = case when batch_url.outcome = 'duplicate' then url.article_id else batch_url.article_id end,
    duplicate_of = case when batch_url.outcome = 'duplicate' then batch_url.article_id end
from batch_url
where not %(is_news)s
    and url.source_id = batch_url.source_id
    and url.url_key = batch_url.url_key
    and batch_url.outcome in ('stored', 'unchanged', 'duplicate')
    and url.article_id is null
    and url.duplicate_of is null;

insert into ingest.url as known (
    source_id,
    url_key,
    url,
    canonical_url,
    discovered_via,
    discovered_from,
    first_discovered_at,
    hint_title,
    hint_published_at,
    first_fetched_at,
    last_fetched_at,
    next_due_at,
    fetch_count,
    failure_count,
    article_id,
    duplicate_of,
    etag,
    last_modified,
    last_outcome,
    last_reason,
    last_run_id,
    last_decided_at,
    missing_since
)
select
    source_id,
    url_key,
    url,
    canonical_url,
    discovered_via,
    discovered_from,
    discovered_at,
    hint_title,
    hint_published_at,
    first_fetched_at,
    case when has_page then decided_at end,
    case when discovered_via <> 'import' then next_due_at end,
    has_page::integer,
    failure_count,
    case when outcome in ('stored', 'unchanged') then article_id end,
    case when outcome = 'duplicate' then article_id end,
    -- A rejected page is asked for anew: «not modified» would say nothing about it.
    case when outcome in ('stored', 'unchanged') then etag end,
    case when outcome in ('stored', 'unchanged') then last_modified end,
    outcome,
    reason,
    %(run_id)s,
    decided_at,
    missing_since
from batch_url
where %(is_news)s
    -- What an import could not use says nothing about the page that the site has: the URL stays unknown.
    or (not is_known and (discovered_via <> 'import' or outcome in ('stored', 'unchanged', 'duplicate')))
order by
    source_id,
    url_key
on conflict (source_id, url_key) do update
set
    hint_title = coalesce(excluded.hint_title, known.hint_title),
    hint_published_at = coalesce(excluded.hint_published_at, known.hint_published_at),
    first_fetched_at = excluded.first_fetched_at,
    last_fetched_at = greatest(known.last_fetched_at, excluded.last_fetched_at),
    -- A batch that is loaded late says nothing about now: at most that the page is to be looked at sooner.
    next_due_at = case
        when excluded.last_decided_at < known.last_decided_at then least(known.next_due_at, excluded.next_due_at)
        else excluded.next_due_at
    end,
    fetch_count = known.fetch_count + excluded.fetch_count,
    failure_count = case
        when excluded.last_decided_at < known.last_decided_at then known.failure_count
        else excluded.failure_count
    end,
    article_id = coalesce(excluded.article_id, known.article_id),
    duplicate_of = case
        when excluded.last_outcome in ('stored', 'unchanged', 'duplicate') then excluded.duplicate_of
        else known.duplicate_of
    end,
    etag = case
        when excluded.last_decided_at < known.last_decided_at then known.etag
        when excluded.last_reason = 'not_modified' or excluded.last_outcome in ('failed', 'blocked', 'pending')
            then known.etag
        else excluded.etag
    end,
    last_modified = case
        when excluded.last_decided_at < known.last_decided_at then known.last_modified
        when excluded.last_reason = 'not_modified' or excluded.last_outcome in ('failed', 'blocked', 'pending')
            then known.last_modified
        else excluded.last_modified
    end,
    last_outcome = case
        when excluded.last_decided_at < known.last_decided_at then known.last_outcome
        else excluded.last_outcome
    end,
    last_reason = case
        when excluded.last_decided_at < known.last_decided_at then known.last_reason
        else excluded.last_reason
    end,
    last_run_id = case
        when excluded.last_decided_at < known.last_decided_at then known.last_run_id
        else excluded.last_run_id
    end,
    last_decided_at = greatest(known.last_decided_at, excluded.last_decided_at),
    missing_since = case
        when excluded.last_decided_at < known.last_decided_at then known.missing_since
        else excluded.missing_since
    end;
