-- Captures, articles and versions.
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
on conflict (archive_file, archive_offset) do nothing;

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
where capture.archive_file = cleaned.archive_file
    and capture.archive_offset = cleaned.archive_offset
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
