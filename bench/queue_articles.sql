insert into news.source (
    source_id,
    name,
    home_page,
    country,
    kind,
    languages,
    time_zone,
    is_enabled,
    articles_per_day_min,
    articles_per_day_max
)
select distinct
    source_id,
    source_id,
    'https://outlet.example/',
    'SY',
    'news',
    array['en'],
    'UTC',
    true,
    0,
    9
from bench_article
on conflict do nothing;

insert into news.article (
    article_id,
    source_id,
    url_key,
    url,
    canonical_url,
    title,
    text,
    language,
    authors,
    agencies,
    tags,
    captions,
    is_paywalled,
    word_count,
    origins,
    content_sha256,
    version_number,
    published_at,
    published_precision,
    first_fetched_at,
    fetched_at,
    checked_at,
    archive_file,
    archive_offset,
    archive_length,
    payload_sha256,
    extractor_version
)
overriding system value
select
    article_id,
    source_id,
    url_key,
    'u',
    'u',
    title,
    text,
    language,
    '{}',
    '{}',
    '{}',
    '{}',
    false,
    1,
    '{}',
    content_sha256,
    1,
    at,
    'minute',
    at,
    at,
    at,
    'f',
    0,
    1,
    url_key,
    '1'
from bench_article;

insert into ingest.story_pending (article_id)
select article_id
from bench_article
order by article_id;
