-- Captures, articles and versions.
select ingest.ensure_months('ingest.capture', (select array_agg(fetched_at) from batch_capture));

create temporary table batch_cleaned on commit drop as
select
    archive_file,
    archive_offset,
    extractor_version
from batch_article
union
select
    record #>> '{capture,archive_file}',
    (record #>> '{capture,archive_offset}')::bigint,
    record ->> 'extractor_version'
from staged_rejection;

analyze batch_cleaned;

insert into ingest.capture (
    source_id,
    url_key,
    final_url,
    final_url_key,
    fetched_at,
    http_status,
    content_type,
    archive_file,
    archive_offset,
    archive_length,
    payload_sha256,
    payload_bytes,
    is_page,
    extractor_version,
    record
)
select
    batch_capture.source_id,
    batch_capture.url_key,
    batch_capture.final_url,
    batch_capture.final_url_key,
    batch_capture.fetched_at,
    batch_capture.http_status,
    batch_capture.content_type,
    batch_capture.archive_file,
    batch_capture.archive_offset,
    batch_capture.archive_length,
    batch_capture.payload_sha256,
    batch_capture.payload_bytes,
    batch_capture.is_page,
    batch_cleaned.extractor_version,
    batch_capture.record
from batch_capture
left join batch_cleaned
    on batch_cleaned.archive_file = batch_capture.archive_file
    and batch_cleaned.archive_offset = batch_capture.archive_offset
where not batch_capture.is_known
order by
    batch_capture.fetched_at,
    batch_capture.archive_file,
    batch_capture.archive_offset
on conflict (archive_file, archive_offset, fetched_at) do nothing;

-- Captures of earlier batches that were read anew.
update ingest.capture
set extractor_version = batch_cleaned.extractor_version
from batch_capture
inner join batch_cleaned
    on batch_cleaned.archive_file = batch_capture.archive_file
    and batch_cleaned.archive_offset = batch_capture.archive_offset
where batch_capture.is_known
    and capture.archive_file = batch_capture.archive_file
    and capture.archive_offset = batch_capture.archive_offset
    and capture.fetched_at = batch_capture.fetched_at
    and capture.fetched_at >= (select min(fetched_at) from batch_capture)
    and capture.fetched_at <= (select max(fetched_at) from batch_capture)
    and capture.extractor_version is distinct from batch_cleaned.extractor_version;

with inserted as (
    insert into news.article (
        source_id,
        url_key,
        url,
        canonical_url,
        title,
        kind,
        authors,
        agencies,
        publisher,
        published_at,
        published_precision,
        published_zone,
        modified_at,
        modified_precision,
        modified_zone,
        language,
        dateline_place,
        description,
        section,
        tags,
        image_url,
        image_caption,
        captions,
        canonical_link,
        is_paywalled,
        text,
        parts,
        word_count,
        links,
        origins,
        confidences,
        content_sha256,
        extractor_version,
        version_number,
        first_fetched_at,
        fetched_at,
        checked_at,
        archive_file,
        archive_offset,
        archive_length,
        payload_sha256
    )
    select
        newest.source_id,
        newest.url_key,
        newest.url,
        newest.canonical_url,
        staged.title,
        staged.kind,
        staged.authors,
        staged.agencies,
        staged.publisher,
        staged.published_at,
        staged.published_precision,
        staged.published_zone,
        staged.modified_at,
        staged.modified_precision,
        staged.modified_zone,
        staged.language,
        staged.dateline_place,
        staged.description,
        staged.section,
        staged.tags,
        staged.image_url,
        staged.image_caption,
        staged.captions,
        staged.canonical_link,
        staged.is_paywalled,
        staged.text,
        staged.parts,
        staged.word_count,
        staged.links,
        staged.origins,
        staged.confidences,
        newest.content_sha256,
        newest.extractor_version,
        batch_current.version_number,
        batch_current.first_fetched_at,
        batch_current.fetched_at,
        batch_current.checked_at,
        batch_current.archive_file,
        batch_current.archive_offset,
        kept.archive_length,
        batch_current.payload_sha256
    from batch_current
    inner join batch_newest as newest
        on newest.source_id = batch_current.source_id
        and newest.url_key = batch_current.url_key
    inner join staged_article as staged
        on staged.line = newest.line
    inner join batch_kept as kept
        on kept.archive_file = batch_current.archive_file
        and kept.archive_offset = batch_current.archive_offset
    where batch_current.is_new_article
    order by
        batch_current.first_fetched_at,
        newest.source_id,
        newest.url_key
    returning
        article_id,
        source_id,
        url_key
)

update batch_current
set article_id = inserted.article_id
from inserted
where batch_current.source_id = inserted.source_id
    and batch_current.url_key = inserted.url_key;

analyze batch_current;

insert into news.article_version (
    article_id,
    version_number,
    change_kind,
    url,
    title,
    kind,
    authors,
    agencies,
    publisher,
    published_at,
    published_precision,
    published_zone,
    modified_at,
    modified_precision,
    modified_zone,
    language,
    dateline_place,
    description,
    section,
    tags,
    image_url,
    image_caption,
    captions,
    canonical_link,
    is_paywalled,
    text,
    parts,
    word_count,
    links,
    origins,
    confidences,
    content_sha256,
    fetched_at,
    archive_file,
    archive_offset,
    archive_length,
    payload_sha256,
    extractor_version
)
select
    batch_current.article_id,
    batch_version.version_number,
    batch_version.change_kind,
    kept.url,
    staged.title,
    staged.kind,
    staged.authors,
    staged.agencies,
    staged.publisher,
    staged.published_at,
    staged.published_precision,
    staged.published_zone,
    staged.modified_at,
    staged.modified_precision,
    staged.modified_zone,
    staged.language,
    staged.dateline_place,
    staged.description,
    staged.section,
    staged.tags,
    staged.image_url,
    staged.image_caption,
    staged.captions,
    staged.canonical_link,
    staged.is_paywalled,
    staged.text,
    staged.parts,
    staged.word_count,
    staged.links,
    staged.origins,
    staged.confidences,
    kept.content_sha256,
    kept.fetched_at,
    kept.archive_file,
    kept.archive_offset,
    kept.archive_length,
    kept.payload_sha256,
    kept.extractor_version
from batch_version
inner join batch_kept as kept
    on kept.archive_file = batch_version.archive_file
    and kept.archive_offset = batch_version.archive_offset
inner join staged_article as staged
    on staged.line = kept.line
inner join batch_current
    on batch_current.source_id = batch_version.source_id
    and batch_current.url_key = batch_version.url_key
order by
    batch_current.article_id,
    batch_version.version_number;
