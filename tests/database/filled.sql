insert into news.source (
    source_id, name, home_page, country, kind, languages, time_zone, is_enabled, articles_per_day_min,
    articles_per_day_max
)
values ('marj', 'Marj', 'https://marj.example/', 'SY', 'news', '{ar}', 'UTC', true, 1, 9);

insert into ingest.source_state (source_id, definition, next_due_at) values ('marj', '{}', now());

insert into ingest.run values ('r1', 'news', now());
insert into ingest.batch (run_id, batch_id, kind, path, state, hosts, lease_until, planned_at, loaded_at)
values ('r1', 'b1', 'news', 'r1/b1', 'loaded', '{}', now(), now(), now());
insert into ingest.batch_source values ('r1', 'b1', 'marj', %(rows)s, 0, %(rows)s, %(rows)s, %(rows)s, 1, 0);

insert into news.article (
    source_id, url, canonical_url, url_key, title, authors, agencies, published_at, published_precision, tags, captions,
    is_paywalled, text, word_count, origins, content_sha256, version_number, first_fetched_at, fetched_at, checked_at,
    archive_file, archive_offset, archive_length, payload_sha256, extractor_version
)
select
    'marj', 'https://marj.example/' || n, 'https://marj.example/' || n, encode(sha256(('u' || n)::bytea), 'hex'),
    'Title ' || n, '{}', '{}', at, 'second', '{}', '{}', false, repeat('words ', 50), 50, '{}',
    encode(sha256(('c' || n)::bytea), 'hex'), 1, at, at, at, 'warc/a.gz', n, 900,
    encode(sha256(('p' || n)::bytea), 'hex'), '1'
from generate_series(1, %(rows)s) as n
cross join lateral (select now() - n * interval '1 hour' as at) as moment;

insert into news.article_version (
    article_id, version_number, change_kind, url, title, authors, agencies, published_at, published_precision, tags,
    captions, is_paywalled, text, word_count, origins, content_sha256, fetched_at, archive_file, archive_offset,
    archive_length, payload_sha256, extractor_version
)
select
    article_id, 1, 'first', url, title, authors, agencies, published_at, published_precision, tags, captions,
    is_paywalled, text, word_count, origins, content_sha256, fetched_at, archive_file, archive_offset, archive_length,
    payload_sha256, extractor_version
from news.article;

insert into news.article_event (article_id, event_number, observed_at, event, version_number)
select
    article_id, 1, fetched_at, 'first_stored', 1
from news.article;

insert into ingest.url (
    source_id, url_key, url, canonical_url, discovered_via, first_discovered_at, article_id, last_outcome, last_reason,
    last_run_id
)
select
    source_id, url_key, url, canonical_url, 'feed', fetched_at, article_id, 'stored', 'new', 'r1'
from news.article;

insert into ingest.capture (
    source_id, url_key, final_url, final_url_key, fetched_at, http_status, archive_file, archive_offset, archive_length,
    payload_sha256, payload_bytes, is_page, record
)
select
    source_id, url_key, url, url_key, fetched_at, 200, archive_file, archive_offset, archive_length, payload_sha256,
    2000, true, '{}'
from news.article;

insert into ingest.outcome
select
    'r1', 'b1', article.source_id, article.url_key, article.url, 'stored', 'new', null, 200, article.article_id,
    capture.capture_id, capture.fetched_at
from news.article
inner join ingest.capture
    on capture.archive_file = article.archive_file
    and capture.archive_offset = article.archive_offset;
