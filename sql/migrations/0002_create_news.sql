-- What analysts read.
set local role dateline_owner;

create table news.source (
    source_id text not null,
    name text not null,
    home_page text not null,
    country text not null,
    kind text not null,
    languages text[] not null,
    time_zone text not null,
    is_enabled boolean not null,
    verified_on date,
    articles_per_day_min integer not null,
    articles_per_day_max integer not null,
    notes text not null default '',
    first_seen_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (source_id)
);

comment on table news.source is
    'News outlets. A source is never deleted: one that is no longer crawled has is_enabled = false.';
comment on column news.source.source_id is 'Name of the source file without its ending. Never changes.';
comment on column news.source.name is 'Name of the outlet.';
comment on column news.source.home_page is 'Address of its home page.';
comment on column news.source.country is 'Country of the outlet, ISO 3166-1 alpha-2.';
comment on column news.source.kind is 'Sort of publisher: news, wire, state, monitor, ngo or un.';
comment on column news.source.languages is 'Languages that it publishes in, ISO 639, the main one first.';
comment on column news.source.time_zone is 'IANA time zone that its dates without a zone are read in.';
comment on column news.source.is_enabled is 'Whether it is crawled on its schedule now.';
comment on column news.source.verified_on is 'Day on which a live check last found it working; null: never checked.';
comment on column news.source.articles_per_day_min is 'Fewest new articles that a normal day brings.';
comment on column news.source.articles_per_day_max is 'Most new articles that a normal day brings.';
comment on column news.source.notes is 'Remarks from the source file.';
comment on column news.source.first_seen_at is 'When the source was first known to this database.';
comment on column news.source.updated_at is 'When this row last changed.';

create table news.article (
    article_id bigint not null generated always as identity,
    source_id text not null references news.source (source_id),
    url text not null,
    canonical_url text not null,
    url_key text not null,
    title text not null,
    authors text[] not null,
    agencies text[] not null,
    published_at timestamptz,
    published_precision text,
    modified_at timestamptz,
    modified_precision text,
    language text,
    dateline_place text,
    description text,
    section text,
    tags text[] not null,
    image_url text,
    captions text[] not null,
    canonical_link text,
    is_paywalled boolean not null,
    text text not null,
    word_count integer not null,
    origins jsonb not null,
    content_sha256 text not null,
    version_number integer not null,
    first_fetched_at timestamptz not null,
    fetched_at timestamptz not null,
    checked_at timestamptz not null,
    archive_file text not null,
    archive_offset bigint not null,
    archive_length bigint not null,
    payload_sha256 text not null,
    extractor_version text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (article_id),
    constraint article_source_id_url_key_key unique (source_id, url_key),
    constraint article_url_key_check check (url_key ~ '^[0-9a-f]{64}$'),
    constraint article_content_sha256_check check (content_sha256 ~ '^[0-9a-f]{64}$'),
    constraint article_payload_sha256_check check (payload_sha256 ~ '^[0-9a-f]{64}$'),
    constraint article_published_check check ((published_at is null) = (published_precision is null)),
    constraint article_published_precision_check check (published_precision in ('second', 'minute', 'day')),
    constraint article_modified_check check ((modified_at is null) = (modified_precision is null)),
    constraint article_modified_precision_check check (modified_precision in ('second', 'minute', 'day')),
    constraint article_title_check check (btrim(title) <> ''),
    constraint article_text_check check (btrim(text) <> ''),
    constraint article_word_count_check check (word_count >= 1),
    constraint article_version_number_check check (version_number >= 1),
    constraint article_archive_check check (archive_offset >= 0 and archive_length > 0),
    constraint article_checked_at_check check (first_fetched_at <= fetched_at and fetched_at <= checked_at)
);

comment on table news.article is
    'Articles as they read now: one row for each article of each source, with the text of its newest version. '
    'Earlier texts are in news.article_version.';
comment on column news.article.article_id is 'Number of the article in this database.';
comment on column news.article.source_id is 'Source that published it.';
comment on column news.article.url is 'Address that the page answered at, after redirects.';
comment on column news.article.canonical_url is
    'The address without what carries no meaning (tracking parameters, fragment): what addresses are compared '
    'by.';
comment on column news.article.url_key is 'SHA-256 of canonical_url; with source_id the identity of the article.';
comment on column news.article.title is 'Headline.';
comment on column news.article.authors is 'Authors as the page names them; empty: it names none.';
comment on column news.article.agencies is 'Agencies and outlets that the page credits as its origin (AFP, or the outlet itself); empty: none.';
comment on column news.article.published_at is
    'When the outlet says it was published, UTC; null: it does not say. See published_precision.';
comment on column news.article.published_precision is
    'How exact published_at is: second, minute or day. With day the time is 00:00 in the source''s zone, and '
    'says nothing.';
comment on column news.article.modified_at is 'When the outlet says it was last changed, UTC; null: it does not say.';
comment on column news.article.modified_precision is 'How exact modified_at is: second, minute or day.';
comment on column news.article.language is 'Language of the text, ISO 639; null: not recognised.';
comment on column news.article.dateline_place is 'Place that the page''s text opens with, as in «ALEPPO, 12 May —»; it is cut off the text here.';
comment on column news.article.description is 'Summary that the page gives of itself.';
comment on column news.article.section is 'Section of the site that it appeared in.';
comment on column news.article.tags is 'Keywords that the outlet gave it.';
comment on column news.article.image_url is 'Address of the lead image.';
comment on column news.article.captions is 'Captions of its images; they are no part of the text.';
comment on column news.article.canonical_link is
    'Address that the page names as its own canonical one; evidence, not used as identity.';
comment on column news.article.is_paywalled is
    'Whether the page says that the full text is for subscribers: the text may be a part only.';
comment on column news.article.text is
    'Text of the article, paragraphs divided by an empty line; no captions, comments or navigation.';
comment on column news.article.word_count is 'Number of words in the text.';
comment on column news.article.origins is 'For each filled field, where on the page its value came from.';
comment on column news.article.content_sha256 is
    'SHA-256 of title and text: what tells an edit from a mere re-fetch.';
comment on column news.article.version_number is 'The version in news.article_version that is current.';
comment on column news.article.first_fetched_at is 'When the article was first fetched.';
comment on column news.article.fetched_at is 'When the current version was first fetched.';
comment on column news.article.checked_at is 'When the article was last found to read like this.';
comment on column news.article.archive_file is
    'WARC file that holds the page of the current version, below the archive address.';
comment on column news.article.archive_offset is 'Where in that file the page starts, in bytes.';
comment on column news.article.archive_length is 'Length of the compressed record in that file, in bytes.';
comment on column news.article.payload_sha256 is 'SHA-256 of the page''s body as it was sent.';
comment on column news.article.extractor_version is 'Version of the extractor that found these fields.';
comment on column news.article.created_at is 'When this row was written first.';
comment on column news.article.updated_at is 'When this row last changed.';

-- «What was published between these days?» is the question that every analysis starts with.
create index article_published_at_idx on news.article (published_at);
-- The same for one outlet, and «what is newest from it».
create index article_source_id_published_at_idx on news.article (source_id, published_at desc);
-- Incremental readers ask for what changed since they last looked.
create index article_updated_at_idx on news.article (updated_at);
-- The same text at two addresses: folding by canonical link, and copies between outlets.
create index article_content_sha256_idx on news.article (content_sha256);

create table news.article_version (
    article_id bigint not null references news.article (article_id),
    version_number integer not null,
    change_kind text not null,
    url text not null,
    title text not null,
    authors text[] not null,
    agencies text[] not null,
    published_at timestamptz,
    published_precision text,
    modified_at timestamptz,
    modified_precision text,
    language text,
    dateline_place text,
    description text,
    section text,
    tags text[] not null,
    image_url text,
    captions text[] not null,
    canonical_link text,
    is_paywalled boolean not null,
    text text not null,
    word_count integer not null,
    origins jsonb not null,
    content_sha256 text not null,
    fetched_at timestamptz not null,
    archive_file text not null,
    archive_offset bigint not null,
    archive_length bigint not null,
    payload_sha256 text not null,
    extractor_version text not null,
    created_at timestamptz not null default now(),
    primary key (article_id, version_number),
    constraint article_version_change_kind_check check (change_kind in ('first', 'edit', 'reextraction')),
    constraint article_version_first_check check ((version_number = 1) = (change_kind = 'first')),
    constraint article_version_content_sha256_check check (content_sha256 ~ '^[0-9a-f]{64}$'),
    constraint article_version_payload_sha256_check check (payload_sha256 ~ '^[0-9a-f]{64}$'),
    constraint article_version_archive_check check (archive_offset >= 0 and archive_length > 0)
);

comment on table news.article_version is
    'Every text that an article was seen with. Rows are only ever added. '
    'Order by fetched_at for the history of the page; '
    'version_number is the order in which they were loaded.';
comment on column news.article_version.article_id is 'The article.';
comment on column news.article_version.version_number is 'Number of the version, from 1, in the order of loading.';
comment on column news.article_version.change_kind is
    'first; edit: the outlet changed title or text; reextraction: the same page, read by another extractor.';
comment on column news.article_version.url is 'Address that the page answered at, after redirects.';
comment on column news.article_version.title is 'Headline.';
comment on column news.article_version.authors is 'Authors as the page names them.';
comment on column news.article_version.agencies is 'Agencies and outlets that the page credits as its origin.';
comment on column news.article_version.published_at is 'When the outlet said it was published, UTC.';
comment on column news.article_version.published_precision is 'How exact published_at is: second, minute or day.';
comment on column news.article_version.modified_at is 'When the outlet said it was last changed, UTC.';
comment on column news.article_version.modified_precision is 'How exact modified_at is: second, minute or day.';
comment on column news.article_version.language is 'Language of the text, ISO 639.';
comment on column news.article_version.dateline_place is 'Place that the page''s text opens with; it is cut off the text here.';
comment on column news.article_version.description is 'Summary that the page gave of itself.';
comment on column news.article_version.section is 'Section of the site that it appeared in.';
comment on column news.article_version.tags is 'Keywords that the outlet gave it.';
comment on column news.article_version.image_url is 'Address of the lead image.';
comment on column news.article_version.captions is 'Captions of its images.';
comment on column news.article_version.canonical_link is 'Address that the page named as its own canonical one.';
comment on column news.article_version.is_paywalled is 'Whether the page said that the full text is for subscribers.';
comment on column news.article_version.text is 'Text of this version.';
comment on column news.article_version.word_count is 'Number of words in the text.';
comment on column news.article_version.origins is 'For each filled field, where on the page its value came from.';
comment on column news.article_version.content_sha256 is 'SHA-256 of title and text.';
comment on column news.article_version.fetched_at is 'When the page with this text was fetched.';
comment on column news.article_version.archive_file is 'WARC file that holds the page, below the archive address.';
comment on column news.article_version.archive_offset is 'Where in that file the page starts, in bytes.';
comment on column news.article_version.archive_length is 'Length of the compressed record in that file, in bytes.';
comment on column news.article_version.payload_sha256 is 'SHA-256 of the page''s body as it was sent.';
comment on column news.article_version.extractor_version is 'Version of the extractor that found these fields.';
comment on column news.article_version.created_at is 'When this row was written.';

-- «What was edited between these days?»
create index article_version_fetched_at_idx on news.article_version (fetched_at);

create function news.refuse_change() returns trigger
language plpgsql
as $$
begin
    raise exception 'rows of %.% are only ever added', tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;

comment on function news.refuse_change() is 'Trigger: keeps a table append-only, for its owner too.';

create trigger article_version_is_append_only
before update or delete or truncate on news.article_version
for each statement execute function news.refuse_change();

grant select, insert, update on news.source, news.article to dateline_loader;
grant select, insert on news.article_version to dateline_loader;
