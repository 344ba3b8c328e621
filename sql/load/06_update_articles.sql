-- Known articles: when they were seen, then what they say now. A row that would not change is left alone.
update news.article
set
    first_fetched_at = least(article.first_fetched_at, batch_current.first_fetched_at),
    checked_at = greatest(article.checked_at, batch_current.checked_at)
from batch_current
where batch_current.article_id = article.article_id
    and (
        batch_current.first_fetched_at < article.first_fetched_at
        or batch_current.checked_at > article.checked_at
    );

update news.article
set
    url = newest.url,
    canonical_url = newest.canonical_url,
    title = staged.title,
    kind = staged.kind,
    authors = staged.authors,
    agencies = staged.agencies,
    publisher = staged.publisher,
    published_at = staged.published_at,
    published_precision = staged.published_precision,
    published_zone = staged.published_zone,
    modified_at = staged.modified_at,
    modified_precision = staged.modified_precision,
    modified_zone = staged.modified_zone,
    language = staged.language,
    dateline_place = staged.dateline_place,
    description = staged.description,
    section = staged.section,
    tags = staged.tags,
    image_url = staged.image_url,
    image_caption = staged.image_caption,
    captions = staged.captions,
    canonical_link = staged.canonical_link,
    is_paywalled = staged.is_paywalled,
    text = staged.text,
    parts = staged.parts,
    word_count = staged.word_count,
    links = staged.links,
    origins = staged.origins,
    confidences = staged.confidences,
    content_sha256 = newest.content_sha256,
    extractor_version = newest.extractor_version,
    version_number = version.version_number,
    fetched_at = version.fetched_at,
    archive_file = version.archive_file,
    archive_offset = version.archive_offset,
    archive_length = version.archive_length,
    payload_sha256 = version.payload_sha256,
    updated_at = now()
from batch_current
inner join batch_newest as newest
    on newest.source_id = batch_current.source_id
    and newest.url_key = batch_current.url_key
inner join staged_article as staged
    on staged.line = newest.line
inner join news.article_version as version
    on version.article_id = batch_current.article_id
    and version.version_number = batch_current.version_number
where article.article_id = batch_current.article_id
    and not batch_current.is_new_article
    and batch_current.has_newest_fields
    and newest.content_sha256 = version.content_sha256
    and (
        article.url,
        article.canonical_url,
        article.title,
        article.kind,
        article.authors,
        article.agencies,
        article.publisher,
        article.published_at,
        article.published_precision,
        article.published_zone,
        article.modified_at,
        article.modified_precision,
        article.modified_zone,
        article.language,
        article.dateline_place,
        article.description,
        article.section,
        article.tags,
        article.image_url,
        article.image_caption,
        article.captions,
        article.canonical_link,
        article.is_paywalled,
        article.text,
        article.parts,
        article.word_count,
        article.links,
        article.origins,
        article.confidences,
        article.content_sha256,
        article.extractor_version,
        article.version_number,
        article.fetched_at,
        article.archive_file,
        article.archive_offset,
        article.archive_length,
        article.payload_sha256
    ) is distinct from (
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
        version.version_number,
        version.fetched_at,
        version.archive_file,
        version.archive_offset,
        version.archive_length,
        version.payload_sha256
    );

-- The server said that nothing changed: as good as having seen it.
with confirmed as (
    select
        url.article_id,
        max((staged_fetch.record ->> 'decided_at')::timestamptz) as checked_at
    from staged_fetch
    inner join ingest.url
        on url.source_id = staged_fetch.record ->> 'source_id'
        and url.url_key = staged_fetch.record ->> 'url_key'
    where staged_fetch.record ->> 'outcome' = 'unchanged'
        and url.article_id is not null
    group by url.article_id
)

update news.article
set checked_at = confirmed.checked_at
from confirmed
where article.article_id = confirmed.article_id
    and article.checked_at < confirmed.checked_at;
