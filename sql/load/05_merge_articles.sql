-- Captures, articles and versions.
select ingest.ensure_months('ingest.capture', (select array_agg(fetched_at) from batch_capture));

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
    record
)
select
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
    record
from batch_capture
order by
    fetched_at,
    archive_file,
    archive_offset
on conflict (archive_file, archive_offset, fetched_at) do nothing;

with cleaned as (
    select
        archive_file,
        archive_offset,
        extractor_version
    from batch_article
    union all
    select
        record #>> '{capture,archive_file}',
        (record #>> '{capture,archive_offset}')::bigint,
        record ->> 'extractor_version'
    from staged_rejection
)

update ingest.capture
set extractor_version = cleaned.extractor_version
from cleaned
inner join batch_capture
    on batch_capture.archive_file = cleaned.archive_file
    and batch_capture.archive_offset = cleaned.archive_offset
where capture.archive_file = batch_capture.archive_file
    and capture.archive_offset = batch_capture.archive_offset
    and capture.fetched_at = batch_capture.fetched_at
    and capture.fetched_at >= (select min(fetched_at) from batch_capture)
    and capture.fetched_at <= (select max(fetched_at) from batch_capture)
    and capture.extractor_version is distinct from cleaned.extractor_version;

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
    newest.title,
    newest.kind,
    newest.authors,
    newest.agencies,
    newest.publisher,
    newest.published_at,
    newest.published_precision,
    newest.published_zone,
    newest.modified_at,
    newest.modified_precision,
    newest.modified_zone,
    newest.language,
    newest.dateline_place,
    newest.description,
    newest.section,
    newest.tags,
    newest.image_url,
    newest.image_caption,
    newest.captions,
    newest.canonical_link,
    newest.is_paywalled,
    newest.text,
    newest.parts,
    newest.word_count,
    newest.links,
    newest.origins,
    newest.confidences,
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
inner join batch_kept as kept
    on kept.archive_file = batch_current.archive_file
    and kept.archive_offset = batch_current.archive_offset
where batch_current.is_new_article
order by
    batch_current.first_fetched_at,
    newest.source_id,
    newest.url_key;

update batch_current
set article_id = article.article_id
from news.article
where batch_current.is_new_article
    and article.source_id = batch_current.source_id
    and article.url_key = batch_current.url_key;

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
    kept.title,
    kept.kind,
    kept.authors,
    kept.agencies,
    kept.publisher,
    kept.published_at,
    kept.published_precision,
    kept.published_zone,
    kept.modified_at,
    kept.modified_precision,
    kept.modified_zone,
    kept.language,
    kept.dateline_place,
    kept.description,
    kept.section,
    kept.tags,
    kept.image_url,
    kept.image_caption,
    kept.captions,
    kept.canonical_link,
    kept.is_paywalled,
    kept.text,
    kept.parts,
    kept.word_count,
    kept.links,
    kept.origins,
    kept.confidences,
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
inner join batch_current
    on batch_current.source_id = batch_version.source_id
    and batch_current.url_key = batch_version.url_key
order by
    batch_current.article_id,
    batch_version.version_number;
