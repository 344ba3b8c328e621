-- How each URL ended. What clean said of its newest page decides; where there is no page, what the crawl said.
create temporary table batch_result on commit drop as
with results as (
    select
        batch_article.source_id,
        batch_article.found_key,
        case when batch_article.problem is null then batch_article.url_key end as article_key,
        case when batch_article.problem is null then null else 'rejected' end as outcome,
        case when batch_article.problem is null then null else 'invalid_record' end as reason,
        batch_article.problem as detail,
        batch_article.archive_file,
        batch_article.archive_offset
    from batch_article
    union all
    select
        batch_capture.source_id,
        batch_capture.url_key,
        null,
        -- A page that cannot be read back, or is too large, has failed: the reason says so.
        reason.outcome,
        reason.reason,
        staged_rejection.record ->> 'detail',
        batch_capture.archive_file,
        batch_capture.archive_offset
    from staged_rejection
    inner join batch_capture
        on batch_capture.archive_file = staged_rejection.record #>> '{capture,archive_file}'
        and batch_capture.archive_offset = (staged_rejection.record #>> '{capture,archive_offset}')::bigint
    inner join ingest.reason
        on reason.reason = staged_rejection.record ->> 'reason'
)

select distinct on (results.source_id, results.found_key)
    results.source_id,
    results.found_key as url_key,
    results.article_key,
    results.outcome,
    results.reason,
    results.detail,
    batch_capture.http_status,
    batch_capture.fetched_at as decided_at,
    batch_capture.archive_file,
    batch_capture.archive_offset,
    batch_capture.etag,
    batch_capture.last_modified
from results
inner join batch_capture
    on batch_capture.archive_file = results.archive_file
    and batch_capture.archive_offset = results.archive_offset
order by
    results.source_id,
    results.found_key,
    batch_capture.fetched_at desc,
    batch_capture.archive_file desc,
    batch_capture.archive_offset desc;

insert into batch_result
select distinct on (fetched.source_id, fetched.url_key)
    fetched.source_id,
    fetched.url_key,
    null,
    fetched.outcome,
    fetched.reason,
    fetched.detail,
    fetched.http_status,
    fetched.decided_at,
    fetched.capture ->> 'archive_file',
    (fetched.capture ->> 'archive_offset')::bigint,
    null,
    null
from staged_fetch
cross join lateral jsonb_to_record(staged_fetch.record) as fetched (
    source_id text,
    url_key text,
    outcome text,
    reason text,
    detail text,
    http_status integer,
    decided_at timestamptz,
    capture jsonb
)
where not exists (
    select
    from batch_result
    where batch_result.source_id = fetched.source_id
        and batch_result.url_key = fetched.url_key
)
order by
    fetched.source_id,
    fetched.url_key,
    fetched.decided_at desc,
    fetched.outcome,
    fetched.reason;

-- A crawl that was stopped could not say what became of the rest.
insert into batch_result (source_id, url_key, outcome, reason, decided_at)
select
    batch_discovery.source_id,
    batch_discovery.url_key,
    'pending',
    'crawl_stopped',
    batch_discovery.discovered_at
from batch_discovery
where %(is_stopped)s
    and not exists (
        select
        from batch_result
        where batch_result.source_id = batch_discovery.source_id
            and batch_result.url_key = batch_discovery.url_key
    );

alter table batch_result add column article_id bigint;
alter table batch_result add primary key (source_id, url_key);
analyze batch_result;

-- Repeats by canonical link.
update batch_result
set
    outcome = 'duplicate',
    reason = 'canonical_link',
    article_id = article.article_id
from batch_fold
inner join news.article
    on article.source_id = batch_fold.source_id
    and article.url_key = batch_fold.link_key
where batch_fold.source_id = batch_result.source_id
    and batch_fold.url_key = batch_result.article_key;

-- An article is fetched for one URL: its own, when that is known to lead to it; else the one that it was first
-- fetched for. All others that redirect to it are duplicates.
with candidate as (
    select
        batch_result.source_id,
        batch_result.url_key,
        batch_result.article_key,
        batch_current.article_id,
        batch_current.is_new_article,
        (batch_result.source_id, batch_result.article_key) in (
            select
                source_id,
                url_key
            from batch_version
        ) as is_changed,
        -- No URL leads to an article that is new.
        bool_or(batch_result.url_key = batch_result.article_key) over one_article
        or case
            when not batch_current.is_new_article then exists (
                select
                from ingest.url
                where url.source_id = batch_result.source_id
                    and url.url_key = batch_result.article_key
                    and url.article_id = batch_current.article_id
            )
            else false
        end as has_own_url,
        case
            when not batch_current.is_new_article then exists (
                select
                from ingest.url
                where url.article_id = batch_current.article_id
            )
            else false
        end as has_known_url,
        case
            when not batch_current.is_new_article then exists (
                select
                from ingest.url
                where url.article_id = batch_current.article_id
                    and url.source_id = batch_result.source_id
                    and url.url_key = batch_result.url_key
            )
            else false
        end as is_known_url,
        row_number() over (one_article order by batch_result.decided_at, batch_result.url_key) as place
    from batch_result
    inner join batch_current
        on batch_current.source_id = batch_result.source_id
        and batch_current.url_key = batch_result.article_key
    where batch_result.outcome is null
    window one_article as (partition by batch_result.source_id, batch_result.article_key)
),

judged as (
    select
        candidate.*,
        case
            when candidate.url_key = candidate.article_key then true
            when candidate.has_own_url then false
            when candidate.has_known_url then candidate.is_known_url
            else candidate.place = 1
        end as is_owner
    from candidate
)

update batch_result
set
    article_id = judged.article_id,
    outcome = case
        when not judged.is_owner then 'duplicate'
        when judged.is_changed then 'stored'
        else 'unchanged'
    end,
    reason = case
        when not judged.is_owner then 'redirect'
        when judged.is_new_article then 'new'
        when judged.is_changed then 'changed'
        else 'same_text'
    end
from judged
where judged.source_id = batch_result.source_id
    and judged.url_key = batch_result.url_key;

-- Confirmed without a page.
update batch_result
set article_id = url.article_id
from ingest.url
where batch_result.outcome = 'unchanged'
    and batch_result.article_id is null
    and url.source_id = batch_result.source_id
    and url.url_key = batch_result.url_key;
