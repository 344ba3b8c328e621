-- The articles of the batch, one for each capture, and what is wrong with those that cannot be kept. What they say
-- stays where it was staged, under its line.
analyze staged_article (line, archive_file, archive_offset);

create temporary table batch_article on commit drop as
select distinct on (staged_article.archive_file, staged_article.archive_offset)
    batch_capture.source_id,
    batch_capture.url_key as found_key,
    batch_capture.final_url as url,
    batch_capture.final_canonical_url as canonical_url,
    batch_capture.final_url_key as url_key,
    batch_capture.fetched_at,
    batch_capture.archive_length,
    batch_capture.payload_sha256,
    batch_capture.is_known,
    staged_article.line,
    staged_article.link_key,
    staged_article.content_sha256,
    staged_article.extractor_version,
    staged_article.archive_file,
    staged_article.archive_offset,
    case
        when title !~ '\S' then 'title: empty'
        when left(text, 100) !~ '\S' and text !~ '\S' then 'text: empty'
        when published_at is not null and published_precision is null then 'published_precision: missing'
        when published_at is null and published_precision is not null then 'published_at: missing'
        when modified_at is not null and modified_precision is null then 'modified_precision: missing'
        when modified_at is null and modified_precision is not null then 'modified_at: missing'
    end as problem
from staged_article
inner join batch_capture
    on batch_capture.archive_file = staged_article.archive_file
    and batch_capture.archive_offset = staged_article.archive_offset
order by
    staged_article.archive_file,
    staged_article.archive_offset,
    staged_article.extractor_version desc,
    staged_article.content_sha256;

alter table batch_article add primary key (archive_file, archive_offset);
analyze batch_article;

-- Articles that name as their canonical address another article of the source with the same text. The link alone
-- proves nothing: sites are known to name their home page. A target that points elsewhere itself is no target.
create temporary table batch_fold on commit drop as
with valid as (
    select
        source_id,
        url_key,
        content_sha256,
        nullif(link_key, url_key) as link_key
    from batch_article
    where problem is null
),

judged as (
    select
        valid.source_id,
        valid.url_key,
        valid.link_key,
        exists (
            select
            from news.article
            where article.source_id = valid.source_id
                and article.url_key = valid.link_key
                and article.content_sha256 = valid.content_sha256
        )
        or (
            exists (
                select
                from valid as target
                where target.source_id = valid.source_id
                    and target.url_key = valid.link_key
                    and target.content_sha256 = valid.content_sha256
            )
            and not exists (
                select
                from valid as target
                where target.source_id = valid.source_id
                    and target.url_key = valid.link_key
                    and target.link_key is not null
            )
        ) as repeats
    from valid
)

select
    judged.source_id,
    judged.url_key,
    min(judged.link_key) as link_key
from judged
group by
    judged.source_id,
    judged.url_key
having bool_and(judged.repeats)
    and count(judged.link_key) = count(*)
    and count(distinct judged.link_key) = 1
    and not exists (
        select
        from news.article
        where article.source_id = judged.source_id
            and article.url_key = judged.url_key
    );
