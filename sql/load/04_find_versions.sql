-- Which captures bring a new version of their article.
--
-- The timeline of an article is its captures in the order of time: those that have a version, and those of this
-- batch. A run of captures with one content needs one version; where it has none, its first capture brings it.
-- A capture that has a version and now reads otherwise was read by another extractor: that always is a version.
-- That the current text was seen again later is an entry too, or a late capture from in between would become current.
create temporary table batch_kept on commit drop as
select batch_article.*
from batch_article
where batch_article.problem is null
    and not exists (
        select
        from batch_fold
        where batch_fold.source_id = batch_article.source_id
            and batch_fold.url_key = batch_article.url_key
    );

analyze batch_kept;

create temporary table batch_timeline on commit drop as
with touched as (
    select distinct
        source_id,
        url_key
    from batch_kept
),

existing as (
    select distinct on (version.article_id, version.archive_file, version.archive_offset)
        article.source_id,
        article.url_key,
        version.version_number,
        version.fetched_at,
        version.archive_file,
        version.archive_offset,
        version.content_sha256,
        version.payload_sha256
    from touched
    inner join news.article
        on article.source_id = touched.source_id
        and article.url_key = touched.url_key
    inner join news.article_version as version
        on version.article_id = article.article_id
    order by
        version.article_id,
        version.archive_file,
        version.archive_offset,
        version.version_number desc
),

entries as (
    select
        existing.source_id,
        existing.url_key,
        existing.version_number,
        existing.fetched_at,
        existing.archive_file,
        existing.archive_offset,
        existing.content_sha256,
        existing.payload_sha256,
        true as is_existing,
        false as is_reread,
        true as is_known
    from existing
    where not exists (
        select
        from batch_kept
        where batch_kept.archive_file = existing.archive_file
            and batch_kept.archive_offset = existing.archive_offset
            and batch_kept.url_key = existing.url_key
            and batch_kept.source_id = existing.source_id
            and batch_kept.content_sha256 <> existing.content_sha256
    )
    union all
    select
        kept.source_id,
        kept.url_key,
        null,
        kept.fetched_at,
        kept.archive_file,
        kept.archive_offset,
        kept.content_sha256,
        kept.payload_sha256,
        false,
        existing.archive_file is not null,
        kept.is_known
    from batch_kept as kept
    left join existing
        on existing.archive_file = kept.archive_file
        and existing.archive_offset = kept.archive_offset
        and existing.url_key = kept.url_key
        and existing.source_id = kept.source_id
    where existing.content_sha256 is distinct from kept.content_sha256
    union all
    select
        article.source_id,
        article.url_key,
        article.version_number,
        article.checked_at,
        article.archive_file,
        article.archive_offset,
        article.content_sha256,
        article.payload_sha256,
        true,
        false,
        true
    from touched
    inner join news.article
        on article.source_id = touched.source_id
        and article.url_key = touched.url_key
    where article.checked_at > article.fetched_at
        and not exists (
            select
            from batch_kept
            where batch_kept.source_id = article.source_id
                and batch_kept.url_key = article.url_key
                and (
                    batch_kept.fetched_at >= article.checked_at
                    or (
                        batch_kept.archive_file = article.archive_file
                        and batch_kept.archive_offset = article.archive_offset
                        and batch_kept.content_sha256 <> article.content_sha256
                    )
                )
        )
),

marked as (
    select
        entries.*,
        content_sha256 is distinct from lag(content_sha256) over in_time as is_change,
        payload_sha256 is not distinct from lag(payload_sha256) over in_time as is_same_payload
    from entries
    window in_time as (partition by source_id, url_key order by fetched_at, archive_file, archive_offset)
),

numbered as (
    select
        marked.*,
        count(*) filter (where is_change) over in_time as content_run
    from marked
    window in_time as (partition by source_id, url_key order by fetched_at, archive_file, archive_offset)
)

select
    numbered.*,
    not is_existing
    and (
        is_reread
        or (
            not bool_or(is_existing or is_reread) over (partition by source_id, url_key, content_run)
            and row_number() over (
                partition by source_id, url_key, content_run
                order by fetched_at, archive_file, archive_offset
            ) = 1
        )
    ) as is_version
from numbered;

analyze batch_timeline;

-- Number the new versions; 1 is the first that an article ever had.
create temporary table batch_version on commit drop as
with highest as (
    select
        article.source_id,
        article.url_key,
        max(version.version_number) as version_number
    from news.article
    inner join news.article_version as version
        on version.article_id = article.article_id
    where (article.source_id, article.url_key) in (select source_id, url_key from batch_timeline)
    group by
        article.source_id,
        article.url_key
),

numbered as (
    select
        batch_timeline.*,
        coalesce(highest.version_number, 0) + row_number() over (
            partition by batch_timeline.source_id, batch_timeline.url_key
            order by batch_timeline.fetched_at, batch_timeline.archive_file, batch_timeline.archive_offset
        ) as new_number
    from batch_timeline
    left join highest
        on highest.source_id = batch_timeline.source_id
        and highest.url_key = batch_timeline.url_key
    where batch_timeline.is_version
)

select
    source_id,
    url_key,
    archive_file,
    archive_offset,
    new_number::integer as version_number,
    case
        when new_number = 1 then 'first'
        when is_reread or is_known or is_same_payload then 'reextraction'
        else 'edit'
    end as change_kind
from numbered;

alter table batch_version add primary key (archive_file, archive_offset, source_id, url_key);
analyze batch_version;

-- For each article: the version that is current now, and whether its fields come from this batch.
create temporary table batch_current on commit drop as
with versions as (
    select
        timeline.source_id,
        timeline.url_key,
        timeline.fetched_at,
        timeline.archive_file,
        timeline.archive_offset,
        timeline.payload_sha256,
        coalesce(batch_version.version_number, timeline.version_number) as version_number,
        batch_version.version_number is not null as is_new
    from batch_timeline as timeline
    left join batch_version
        on batch_version.archive_file = timeline.archive_file
        and batch_version.archive_offset = timeline.archive_offset
        and batch_version.source_id = timeline.source_id
        and batch_version.url_key = timeline.url_key
    where timeline.is_existing
        or timeline.is_version
),

newest as (
    select distinct on (source_id, url_key)
        source_id,
        url_key,
        fetched_at,
        archive_file,
        archive_offset,
        payload_sha256,
        version_number,
        is_new
    from versions
    order by
        source_id,
        url_key,
        fetched_at desc,
        archive_file desc,
        archive_offset desc
),

seen as (
    select
        source_id,
        url_key,
        min(fetched_at) as first_fetched_at,
        max(fetched_at) as checked_at
    from batch_kept
    group by
        source_id,
        url_key
)

select
    newest.*,
    seen.first_fetched_at,
    seen.checked_at,
    article.article_id,
    article.article_id is null as is_new_article,
    newest.is_new
    or article.article_id is null
    or seen.checked_at >= article.checked_at as has_newest_fields
from newest
inner join seen
    on seen.source_id = newest.source_id
    and seen.url_key = newest.url_key
left join news.article
    on article.source_id = newest.source_id
    and article.url_key = newest.url_key;

alter table batch_current add primary key (source_id, url_key);

-- The newest reading of each article in this batch: where its fields come from.
create temporary table batch_newest on commit drop as
select distinct on (source_id, url_key) batch_kept.*
from batch_kept
order by
    source_id,
    url_key,
    fetched_at desc,
    archive_file desc,
    archive_offset desc;

alter table batch_newest add primary key (source_id, url_key);
analyze batch_newest;
analyze batch_current;
