-- State of the pipeline: what is due, who has it, and how each URL ended.
set local role dateline_owner;

create table ingest.reason (
    outcome text not null,
    reason text not null,
    retry text not null,
    meaning text not null,
    primary key (outcome, reason),
    constraint reason_retry_check check (retry in ('by_age', 'at_once', 'backoff', 'daily', 'never'))
);

comment on table ingest.reason is 'Reason codes of outcomes: what each means, and when the URL is tried again.';
comment on column ingest.reason.outcome is 'Outcome that the reason belongs to.';
comment on column ingest.reason.reason is 'Reason code, as in ingest.outcome.';
comment on column ingest.reason.retry is
    'When the URL is due again: by_age (revisit ages of the source), at_once, backoff (15 min, doubled up to a'
    ' day, 6 tries), daily (twice), never.';
comment on column ingest.reason.meaning is 'What it says, for people.';

create table ingest.run (
    run_id text not null,
    kind text not null,
    created_at timestamptz not null,
    primary key (run_id),
    constraint run_kind_check check (kind in ('news', 'reprocess'))
);

comment on table ingest.run is 'Runs: one a call of plan.';
comment on column ingest.run.run_id is 'Name of the run, and of its folder below the runs folder.';
comment on column ingest.run.kind is 'news: crawl what is due; reprocess: clean and load what the archive holds.';
comment on column ingest.run.created_at is 'When it was planned.';

create table ingest.batch (
    run_id text not null references ingest.run (run_id),
    batch_id text not null,
    kind text not null,
    path text not null,
    state text not null,
    attempts integer not null default 1,
    hosts text[] not null,
    lease_until timestamptz not null,
    planned_at timestamptz not null,
    load_started_at timestamptz,
    loaded_at timestamptz,
    primary key (run_id, batch_id),
    constraint batch_kind_check check (kind in ('news', 'reprocess')),
    constraint batch_state_check check (state in ('planned', 'loaded', 'abandoned')),
    constraint batch_loaded_at_check check ((state = 'loaded') = (loaded_at is not null)),
    constraint batch_attempts_check check (attempts >= 1)
);

comment on table ingest.batch is 'Batches of runs: sources that go through crawl, clean and load together.';
comment on column ingest.batch.run_id is 'Run that planned it.';
comment on column ingest.batch.batch_id is 'Name of the batch within its run, and of its folder.';
comment on column ingest.batch.kind is 'news or reprocess.';
comment on column ingest.batch.path is 'Its folder, below the runs folder.';
comment on column ingest.batch.state is
    'planned: taken on, not loaded yet; loaded; abandoned: given up after its last try, its captures go into '
    'another batch.';
comment on column ingest.batch.attempts is 'How many runs have had it in hand.';
comment on column ingest.batch.hosts is 'Hosts that its sources may ask; no two live batches share one.';
comment on column ingest.batch.lease_until is 'Until when it is left alone; after that the next run adopts it.';
comment on column ingest.batch.planned_at is 'When it was planned.';
comment on column ingest.batch.load_started_at is 'When the load that committed had begun.';
comment on column ingest.batch.loaded_at is 'When its load committed.';

create table ingest.source_state (
    source_id text not null references news.source (source_id),
    definition jsonb not null,
    next_due_at timestamptz not null,
    lease_run_id text,
    lease_batch_id text,
    last_run_id text,
    last_run_at timestamptz,
    last_success_at timestamptz,
    primary key (source_id),
    foreign key (lease_run_id, lease_batch_id) references ingest.batch (run_id, batch_id),
    constraint source_state_lease_check check ((lease_run_id is null) = (lease_batch_id is null))
);

comment on table ingest.source_state is 'Where each source stands: when it is due, and which batch has it.';
comment on column ingest.source_state.source_id is 'The source.';
comment on column ingest.source_state.definition is 'The source file as it was last read, defaults in.';
comment on column ingest.source_state.next_due_at is 'When it is crawled next.';
comment on column ingest.source_state.lease_run_id is 'Run of the batch that has the source in hand; null: none has.';
comment on column ingest.source_state.lease_batch_id is 'Batch that has the source in hand; null: none has.';
comment on column ingest.source_state.last_run_id is 'Run that last loaded it.';
comment on column ingest.source_state.last_run_at is 'When that run was planned.';
comment on column ingest.source_state.last_success_at is
    'When a run was planned that last got an answer from one of its feeds, sitemaps or sections.';

create table ingest.endpoint (
    source_id text not null references news.source (source_id),
    url text not null,
    kind text not null,
    etag text,
    last_modified text,
    last_visited_at timestamptz not null,
    last_succeeded_at timestamptz,
    last_status integer,
    last_reason text,
    last_detail text,
    last_links integer not null,
    failure_count integer not null default 0,
    primary key (source_id, url),
    constraint endpoint_kind_check check (kind in ('feed', 'sitemap', 'section'))
);

comment on table ingest.endpoint is
    'Feeds, sitemaps and section pages that were asked, with what a conditional request needs.';
comment on column ingest.endpoint.source_id is 'The source.';
comment on column ingest.endpoint.url is 'Address of the endpoint.';
comment on column ingest.endpoint.kind is 'feed, sitemap or section.';
comment on column ingest.endpoint.etag is 'ETag of the last good answer.';
comment on column ingest.endpoint.last_modified is 'Last-Modified of the last good answer.';
comment on column ingest.endpoint.last_visited_at is 'When it was last asked.';
comment on column ingest.endpoint.last_succeeded_at is 'When it last answered without a failure.';
comment on column ingest.endpoint.last_status is 'HTTP status of the last visit; null: no answer.';
comment on column ingest.endpoint.last_reason is 'Reason code where the last visit failed.';
comment on column ingest.endpoint.last_detail is 'What exactly failed.';
comment on column ingest.endpoint.last_links is 'How many links it listed at the last visit.';
comment on column ingest.endpoint.failure_count is 'Failed visits in a row.';

create table ingest.url (
    source_id text not null references news.source (source_id),
    url_key text not null,
    url text not null,
    canonical_url text not null,
    discovered_via text not null,
    discovered_from text,
    first_discovered_at timestamptz not null,
    hint_title text,
    hint_published_at timestamptz,
    first_fetched_at timestamptz,
    last_fetched_at timestamptz,
    next_due_at timestamptz,
    fetch_count integer not null default 0,
    failure_count integer not null default 0,
    article_id bigint references news.article (article_id),
    duplicate_of bigint references news.article (article_id),
    etag text,
    last_modified text,
    last_outcome text not null,
    last_reason text not null,
    last_run_id text not null,
    primary key (source_id, url_key),
    constraint url_url_key_check check (url_key ~ '^[0-9a-f]{64}$'),
    foreign key (last_outcome, last_reason) references ingest.reason (outcome, reason)
);

comment on table ingest.url is 'Every URL that a run took on: the memory that decides what is new and what is due.';
comment on column ingest.url.source_id is 'The source.';
comment on column ingest.url.url_key is 'SHA-256 of canonical_url.';
comment on column ingest.url.url is 'Address as it was found.';
comment on column ingest.url.canonical_url is 'Address that it is compared by.';
comment on column ingest.url.discovered_via is 'feed, sitemap, section, revisit or import: how it was found first.';
comment on column ingest.url.discovered_from is 'Page or file that it was found on first.';
comment on column ingest.url.first_discovered_at is 'When it was found first.';
comment on column ingest.url.hint_title is 'Title that a feed or sitemap gave it.';
comment on column ingest.url.hint_published_at is 'When a feed or sitemap says that it was published.';
comment on column ingest.url.first_fetched_at is 'When a page came for the first time; revisit ages count from here.';
comment on column ingest.url.last_fetched_at is 'When a page last came, or was confirmed unchanged.';
comment on column ingest.url.next_due_at is 'When it is fetched next; null: never again.';
comment on column ingest.url.fetch_count is 'How many times a page came, or was confirmed unchanged.';
comment on column ingest.url.failure_count is 'Failures, blocks and rejections in a row.';
comment on column ingest.url.article_id is 'The article that this URL is fetched for.';
comment on column ingest.url.duplicate_of is 'The article that this URL only leads to or repeats.';
comment on column ingest.url.etag is 'ETag of the last page.';
comment on column ingest.url.last_modified is 'Last-Modified of the last page.';
comment on column ingest.url.last_outcome is 'How it ended last.';
comment on column ingest.url.last_reason is 'Why it ended so.';
comment on column ingest.url.last_run_id is 'Run in which it last ended.';

create table ingest.capture (
    capture_id bigint not null generated always as identity,
    source_id text not null references news.source (source_id),
    url_key text not null,
    final_url text not null,
    final_url_key text not null,
    fetched_at timestamptz not null,
    http_status integer not null,
    content_type text,
    archive_file text not null,
    archive_offset bigint not null,
    archive_length bigint not null,
    payload_sha256 text not null,
    payload_bytes bigint not null,
    is_page boolean not null,
    extractor_version text,
    record jsonb not null,
    created_at timestamptz not null default now(),
    primary key (capture_id),
    constraint capture_archive_key unique (archive_file, archive_offset)
);

comment on table ingest.capture is
    'Every response that was kept: where its bytes are, and the record to clean it again from.';
comment on column ingest.capture.capture_id is 'Number of the capture in this database.';
comment on column ingest.capture.source_id is 'The source.';
comment on column ingest.capture.url_key is 'Key of the URL as discovered.';
comment on column ingest.capture.final_url is 'Address that answered, after redirects.';
comment on column ingest.capture.final_url_key is 'Key of that address.';
comment on column ingest.capture.fetched_at is 'When it was fetched.';
comment on column ingest.capture.http_status is 'HTTP status.';
comment on column ingest.capture.content_type is 'Content-Type as sent.';
comment on column ingest.capture.archive_file is 'WARC file, below the archive address.';
comment on column ingest.capture.archive_offset is 'Where in that file the record starts, in bytes.';
comment on column ingest.capture.archive_length is 'Length of the compressed record, in bytes.';
comment on column ingest.capture.payload_sha256 is 'SHA-256 of the body as it was sent.';
comment on column ingest.capture.payload_bytes is 'Length of the body as it was sent, in bytes.';
comment on column ingest.capture.is_page is
    'Whether it is a page to clean; false: kept as evidence of a refusal or removal.';
comment on column ingest.capture.extractor_version is 'Extractor that last cleaned it; null: none did.';
comment on column ingest.capture.record is 'The whole Capture record.';
comment on column ingest.capture.created_at is 'When this row was written.';

create table ingest.outcome (
    run_id text not null,
    batch_id text not null,
    source_id text not null references news.source (source_id),
    url_key text not null,
    url text not null,
    outcome text not null,
    reason text not null,
    detail text,
    http_status integer,
    article_id bigint references news.article (article_id),
    capture_id bigint references ingest.capture (capture_id),
    decided_at timestamptz not null,
    primary key (run_id, batch_id, source_id, url_key),
    foreign key (run_id, batch_id) references ingest.batch (run_id, batch_id),
    foreign key (outcome, reason) references ingest.reason (outcome, reason)
);

comment on table ingest.outcome is
    'How each URL ended in each batch: exactly one row for each URL that was taken on.';
comment on column ingest.outcome.run_id is 'Run.';
comment on column ingest.outcome.batch_id is 'Batch of the run.';
comment on column ingest.outcome.source_id is 'Source.';
comment on column ingest.outcome.url_key is 'Key of the URL as discovered.';
comment on column ingest.outcome.url is 'Address as discovered.';
comment on column ingest.outcome.outcome is 'stored, unchanged, duplicate, rejected, failed, blocked or pending.';
comment on column ingest.outcome.reason is 'Reason code; ingest.reason explains each.';
comment on column ingest.outcome.detail is 'What exactly was found.';
comment on column ingest.outcome.http_status is 'HTTP status, where there was an answer.';
comment on column ingest.outcome.article_id is 'Article that it was stored as, confirmed, or is a duplicate of.';
comment on column ingest.outcome.capture_id is 'Response that decided it.';
comment on column ingest.outcome.decided_at is 'When that response came, or when the crawl decided.';

create table ingest.batch_source (
    run_id text not null,
    batch_id text not null,
    source_id text not null references news.source (source_id),
    discovered integer not null,
    known integer not null,
    captured integer not null,
    cleaned integer not null,
    versions integer not null,
    endpoints_visited integer not null,
    endpoints_failed integer not null,
    primary key (run_id, batch_id, source_id),
    foreign key (run_id, batch_id) references ingest.batch (run_id, batch_id)
);

comment on table ingest.batch_source is 'What each source brought in each batch, besides its outcomes.';
comment on column ingest.batch_source.run_id is 'Run.';
comment on column ingest.batch_source.batch_id is 'Batch of the run.';
comment on column ingest.batch_source.source_id is 'Source.';
comment on column ingest.batch_source.discovered is 'URLs taken on; the outcomes add up to it.';
comment on column ingest.batch_source.known is 'Links met again that were not due.';
comment on column ingest.batch_source.captured is 'Responses kept.';
comment on column ingest.batch_source.cleaned is 'Articles that clean found.';
comment on column ingest.batch_source.versions is 'Versions added.';
comment on column ingest.batch_source.endpoints_visited is 'Feeds, sitemaps and sections asked.';
comment on column ingest.batch_source.endpoints_failed is 'Those of them that failed.';

insert into ingest.reason (outcome, reason, retry, meaning)
values
    ('stored', 'new', 'by_age', 'A new article.'),
    ('stored', 'changed', 'by_age', 'A known article with another title or text: a version was added.'),
    ('unchanged', 'same_text', 'by_age', 'A known article with the same title and text.'),
    ('unchanged', 'not_modified', 'by_age', 'The server says that nothing changed (304).'),
    ('duplicate', 'redirect', 'never', 'Leads to an article that is known at its own address.'),
    ('duplicate', 'canonical_link', 'never', 'Names as canonical an article of the same source with the same text.'),
    ('rejected', 'paywall', 'daily', 'For subscribers: no text to keep.'),
    ('rejected', 'soft_404', 'daily', 'A page that says in words that there is none.'),
    ('rejected', 'no_text', 'daily', 'No text was found on the page.'),
    ('rejected', 'not_an_article', 'daily', 'A page, but no article.'),
    ('rejected', 'unsupported_type', 'daily', 'Neither HTML nor anything else that can be read.'),
    ('rejected', 'undecodable', 'daily', 'The bytes cannot be decoded.'),
    ('rejected', 'clean_timeout', 'daily', 'Cleaning took too long.'),
    ('rejected', 'clean_error', 'daily', 'Cleaning broke on the page.'),
    ('rejected', 'invalid_record', 'daily', 'What was found is not a valid article.'),
    ('failed', 'gone', 'daily', 'Removed by the outlet (410).'),
    ('failed', 'not_found', 'daily', 'Not there (404).'),
    ('failed', 'client_error', 'daily', 'Another refusal of the request (4xx).'),
    ('failed', 'server_error', 'backoff', 'The site broke (5xx).'),
    ('failed', 'timeout', 'backoff', 'No answer in time.'),
    ('failed', 'connection', 'backoff', 'The connection failed or was cut.'),
    ('failed', 'dns', 'backoff', 'The host name was not found.'),
    ('failed', 'tls', 'backoff', 'No trustworthy encrypted connection.'),
    ('failed', 'too_large', 'daily', 'Larger than the source may send.'),
    ('failed', 'redirect_loop', 'daily', 'Redirects without end.'),
    ('failed', 'bad_redirect', 'daily', 'A redirect to nowhere.'),
    ('failed', 'bad_response', 'backoff', 'Not a valid HTTP response.'),
    ('failed', 'archive_lost', 'backoff', 'The response was kept, and cannot be read back.'),
    ('blocked', 'robots', 'daily', 'robots.txt asks not to fetch it.'),
    ('blocked', 'forbidden', 'daily', 'The site refuses us (401, 403) or challenges us.'),
    ('blocked', 'rate_limited', 'backoff', 'The site asks for fewer requests (429).'),
    ('blocked', 'private_address', 'daily', 'Leads to an address that is not public.'),
    ('blocked', 'off_host', 'daily', 'Leads to a host that is not the source''s.'),
    ('pending', 'page_limit', 'at_once', 'The page limit of the source was reached.'),
    ('pending', 'time_limit', 'at_once', 'The time limit was reached.'),
    ('pending', 'crawl_stopped', 'at_once', 'The crawl ended before its turn.');

-- plan asks for free sources by when they are due.
create index source_state_next_due_at_idx on ingest.source_state (next_due_at) where lease_batch_id is null;
-- plan asks for the live batches and those whose lease ran out; all others are history.
create index batch_open_idx on ingest.batch (lease_until) where state = 'planned';
-- plan asks for the URLs of a source that are due.
create index url_next_due_at_idx on ingest.url (source_id, next_due_at) where next_due_at is not null;
-- load asks which URL an article is fetched for.
create index url_article_id_idx on ingest.url (article_id) where article_id is not null;
-- A reprocess asks for the captures of a source and period, page by page.
create index capture_source_id_fetched_at_idx on ingest.capture (source_id, fetched_at);
-- «Where did this article come from?» and «what became of this URL?»
create index outcome_article_id_idx on ingest.outcome (article_id) where article_id is not null;
create index outcome_source_id_url_key_idx on ingest.outcome (source_id, url_key);
-- Status asks for the newest runs.
create index run_created_at_idx on ingest.run (created_at);

grant select, insert, update
on ingest.run, ingest.batch, ingest.source_state, ingest.endpoint, ingest.url
to dateline_loader;
grant select, insert on ingest.capture, ingest.outcome, ingest.batch_source to dateline_loader;
grant update (extractor_version) on ingest.capture to dateline_loader;
grant select on ingest.reason to dateline_loader;
