-- What the looks of this batch say of the articles that we have: stored, edited, withdrawn, restored, walled, moved.
--
-- A 410 is a withdrawal. A 404, a way to the home page or a «not found» in words may be a hiccup: it is one when the
-- first and the last of such looks lie an hour or more apart and none between them found the article.
-- A look counts only if the article was not seen later: loads may come out of order.
create temporary table batch_sighting on commit drop as
select
    known.source_id,
    known.url_key,
    article.article_id,
    article.version_number,
    batch_result.decided_at,
    batch_result.outcome,
    batch_result.reason,
    batch_result.detail,
    batch_result.http_status,
    batch_result.archive_file,
    batch_result.archive_offset,
    batch_result.article_id as leads_to,
    reason.tells,
    case
        when reason.tells in ('gone', 'missing') then
            case when known.missing_since > article.checked_at then known.missing_since else batch_result.decided_at end
    end as missing_since
from batch_result
inner join ingest.url as known
    on known.source_id = batch_result.source_id
    and known.url_key = batch_result.url_key
inner join news.article
    on article.article_id = known.article_id
inner join ingest.reason
    on reason.outcome = batch_result.outcome
    and reason.reason = batch_result.reason
where %(is_news)s
    and batch_result.decided_at > article.checked_at
    and (reason.tells is not null or batch_result.article_id <> known.article_id);

create temporary table batch_event on commit drop as
-- The first version is the article; later ones with another text of the outlet's are edits.
select
    batch_current.article_id,
    1 as place,
    kept.fetched_at as observed_at,
    case batch_version.change_kind when 'first' then 'first_stored' else 'edited' end as event,
    case batch_version.change_kind when 'first' then 'new' else 'changed' end as reason,
    null::text as detail,
    null::timestamptz as missing_since,
    batch_version.version_number,
    capture.http_status,
    kept.archive_file,
    kept.archive_offset,
    kept.archive_length
from batch_version
inner join batch_kept as kept
    on kept.archive_file = batch_version.archive_file
    and kept.archive_offset = batch_version.archive_offset
inner join batch_capture as capture
    on capture.archive_file = batch_version.archive_file
    and capture.archive_offset = batch_version.archive_offset
inner join batch_current
    on batch_current.source_id = batch_version.source_id
    and batch_current.url_key = batch_version.url_key
where batch_version.change_kind in ('first', 'edit')

union all

-- Back: seen after the look that settled its withdrawal.
select
    article.article_id,
    2,
    article.checked_at,
    'restored',
    case
        when newest.archive_file is null then 'not_modified'
        when exists (
            select
            from batch_version
            where batch_version.source_id = article.source_id
                and batch_version.url_key = article.url_key
                and batch_version.change_kind = 'edit'
        ) then 'changed'
        else 'same_text'
    end,
    null,
    null,
    article.version_number,
    coalesce(capture.http_status, 304),
    newest.archive_file,
    newest.archive_offset,
    newest.archive_length
from news.article
left join batch_newest as newest
    on newest.source_id = article.source_id
    and newest.url_key = article.url_key
    and newest.fetched_at = article.checked_at
left join batch_capture as capture
    on capture.archive_file = newest.archive_file
    and capture.archive_offset = newest.archive_offset
where article.withdrawn_at is not null
    and article.article_id in (
        select article_id from batch_result
        union
        select article_id from batch_current
    )
    and article.checked_at > (
        select max(event.observed_at)
        from news.article_event as event
        where event.article_id = article.article_id
            and event.event = 'withdrawn'
    )

union all

(
    select distinct on (sighting.article_id)
        sighting.article_id,
        3,
        sighting.decided_at,
        'withdrawn',
        sighting.reason,
        sighting.detail,
        sighting.missing_since,
        sighting.version_number,
        sighting.http_status,
        capture.archive_file,
        capture.archive_offset,
        capture.archive_length
    from batch_sighting as sighting
    inner join news.article
        on article.article_id = sighting.article_id
    left join batch_capture as capture
        on capture.archive_file = sighting.archive_file
        and capture.archive_offset = sighting.archive_offset
    where article.withdrawn_at is null
        and (
            sighting.tells = 'gone'
            or (sighting.tells = 'missing' and sighting.decided_at >= sighting.missing_since + interval '1 hour')
        )
    order by
        sighting.article_id,
        sighting.decided_at desc,
        sighting.url_key
)

union all

-- Said once, until the article is seen again.
(
    select distinct on (sighting.article_id, kind.event)
        sighting.article_id,
        4,
        sighting.decided_at,
        kind.event,
        case kind.event when 'moved' then 'redirect' else sighting.reason end,
        case kind.event when 'moved' then target.url else sighting.detail end,
        null::timestamptz,
        sighting.version_number,
        sighting.http_status,
        capture.archive_file,
        capture.archive_offset,
        capture.archive_length
    from batch_sighting as sighting
    inner join news.article
        on article.article_id = sighting.article_id
    cross join lateral (
        select case when sighting.tells = 'walled' then 'walled' when sighting.tells is null then 'moved' end as event
    ) as kind
    left join news.article as target
        on target.article_id = sighting.leads_to
    left join batch_capture as capture
        on capture.archive_file = sighting.archive_file
        and capture.archive_offset = sighting.archive_offset
    where kind.event is not null
        and not exists (
            select
            from news.article_event as event
            where event.article_id = sighting.article_id
                and event.event = kind.event
                and event.observed_at > article.checked_at
        )
    order by
        sighting.article_id,
        kind.event,
        sighting.decided_at,
        sighting.url_key
);

insert into news.article_event (
    article_id,
    event_number,
    observed_at,
    event,
    reason,
    detail,
    http_status,
    missing_since,
    version_number,
    archive_file,
    archive_offset,
    archive_length
)
select
    batch_event.article_id,
    coalesce(
        (
            select max(event.event_number)
            from news.article_event as event
            where event.article_id = batch_event.article_id
        ),
        0
    ) + row_number() over (
        partition by batch_event.article_id
        order by batch_event.observed_at, batch_event.place, batch_event.version_number
    ),
    batch_event.observed_at,
    batch_event.event,
    batch_event.reason,
    batch_event.detail,
    batch_event.http_status,
    batch_event.missing_since,
    batch_event.version_number,
    batch_event.archive_file,
    batch_event.archive_offset,
    batch_event.archive_length
from batch_event;

-- An article is in one batch's hands, and a batch that sees it back does not see it withdrawn.
update news.article
set
    withdrawn_at = batch_event.missing_since,
    withdrawn_reason = case when batch_event.event = 'withdrawn' then batch_event.reason end,
    updated_at = now()
from batch_event
where batch_event.article_id = article.article_id
    and batch_event.event in ('withdrawn', 'restored');
