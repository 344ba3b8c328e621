-- The articles of the batch, one for each capture, and what is wrong with those that cannot be kept.
create temporary table batch_article on commit drop as
with read as (
    select
        staged_article.link_key,
        staged_article.record ->> 'content_sha256' as content_sha256,
        staged_article.record ->> 'extractor_version' as extractor_version,
        staged_article.record #>> '{capture,archive_file}' as archive_file,
        (staged_article.record #>> '{capture,archive_offset}')::bigint as archive_offset,
        fields.*
    from staged_article
    -- Of a page's links those of the story itself are kept; what is around it is the site's.
    cross join lateral jsonb_to_record(
        (staged_article.record -> 'fields') || jsonb_build_object(
            'links',
            jsonb_path_query_array(staged_article.record, '$.fields.links[*] ? (@.is_in_text == true)')
        )
    ) as fields (
        title text,
        kind text,
        authors text[],
        agencies text[],
        publisher text,
        published_at timestamptz,
        published_precision text,
        published_zone text,
        modified_at timestamptz,
        modified_precision text,
        modified_zone text,
        language text,
        dateline_place text,
        description text,
        section text,
        tags text[],
        image_url text,
        image_caption text,
        captions text[],
        canonical_link text,
        is_paywalled boolean,
        text text,
        parts jsonb,
        word_count integer,
        links jsonb,
        origins jsonb,
        confidences jsonb
    )
)

select distinct on (read.archive_file, read.archive_offset)
    batch_capture.source_id,
    batch_capture.url_key as found_key,
    batch_capture.final_url as url,
    batch_capture.final_canonical_url as canonical_url,
    batch_capture.final_url_key as url_key,
    batch_capture.fetched_at,
    batch_capture.archive_length,
    batch_capture.payload_sha256,
    batch_capture.is_known,
    read.*,
    case
        when read.title !~ '\S' then 'title: empty'
        when read.text !~ '\S' then 'text: empty'
        when read.published_at is not null and read.published_precision is null then 'published_precision: missing'
        when read.published_at is null and read.published_precision is not null then 'published_at: missing'
        when read.modified_at is not null and read.modified_precision is null then 'modified_precision: missing'
        when read.modified_at is null and read.modified_precision is not null then 'modified_at: missing'
    end as problem
from read
inner join batch_capture
    on batch_capture.archive_file = read.archive_file
    and batch_capture.archive_offset = read.archive_offset
order by
    read.archive_file,
    read.archive_offset,
    read.extractor_version desc,
    read.content_sha256;

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
