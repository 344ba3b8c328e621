-- What happened to each article: stored, edited, withdrawn, restored. And how a look at a URL bears on its article.
set local role dateline_owner;

alter table ingest.reason
add column tells text,
add constraint reason_tells_check check (tells in ('gone', 'missing', 'walled'));

comment on column ingest.reason.tells is
    'What it says of an article that we have: gone: withdrawn; missing: withdrawn if a second look, an hour later or '
    'more, finds the like; walled: readers need a subscription or account now. null: nothing.';

update ingest.reason
set tells = case
    when reason = 'gone' then 'gone'
    when reason in ('not_found', 'redirect_to_home', 'soft_404') then 'missing'
    else 'walled'
end
where reason in ('gone', 'not_found', 'redirect_to_home', 'soft_404', 'paywall', 'login_wall');

alter table ingest.url
add column last_decided_at timestamptz,
add column missing_since timestamptz;

comment on column ingest.url.last_decided_at is 'When a run last looked at it, whatever came; null: not since this is noted.';
comment on column ingest.url.missing_since is
    'First of the looks that found its article missing and nothing else since; null: it was there at the last look, '
    'or there never was one.';

alter table news.article
add column withdrawn_at timestamptz,
add column withdrawn_reason text,
add constraint article_withdrawn_check check ((withdrawn_at is null) = (withdrawn_reason is null));

comment on column news.article.withdrawn_at is
    'When its page was first found missing, if it is missing still; it was there at checked_at. null: it stands. '
    'The text stays as it last read.';
comment on column news.article.withdrawn_reason is
    'How the outlet withdrew it: gone (410), not_found (404), redirect_to_home, or soft_404 (a page that says in '
    'words that there is none); null: it stands.';

-- «What has been withdrawn?»
create index article_withdrawn_at_idx on news.article (withdrawn_at) where withdrawn_at is not null;

create table news.article_event (
    article_id bigint not null references news.article (article_id),
    event_number integer not null,
    observed_at timestamptz not null,
    event text not null,
    reason text,
    detail text,
    http_status integer,
    missing_since timestamptz,
    version_number integer not null,
    archive_file text,
    archive_offset bigint,
    archive_length bigint,
    created_at timestamptz not null default now(),
    primary key (article_id, event_number),
    foreign key (article_id, version_number) references news.article_version (article_id, version_number),
    constraint article_event_event_check check (
        event in ('first_stored', 'edited', 'withdrawn', 'restored', 'walled', 'moved')
    ),
    constraint article_event_number_check check (event_number >= 1),
    constraint article_event_missing_since_check check ((event = 'withdrawn') = (missing_since is not null)),
    constraint article_event_archive_check check (
        (archive_file is null) = (archive_offset is null)
        and (archive_file is null) = (archive_length is null)
    )
);

comment on table news.article_event is
    'What happened to each article, as far as our looks at it could tell. Rows are only ever added. '
    'Order by observed_at; event_number is the order in which they were loaded.';
comment on column news.article_event.article_id is 'The article.';
comment on column news.article_event.event_number is 'Number of the event, from 1, in the order of loading.';
comment on column news.article_event.observed_at is
    'When we saw it: the thing itself happened between this and the look before.';
comment on column news.article_event.event is
    'first_stored; edited: title or text changed; withdrawn: its page is gone; restored: it came back after that; '
    'walled: a paywall or login came in its place; moved: its address leads to another article now.';
comment on column news.article_event.reason is
    'Reason code of the look that showed it: for a withdrawal gone, not_found, redirect_to_home or soft_404, for a '
    'return same_text, changed or not_modified.';
comment on column news.article_event.detail is 'What exactly was found, where there is more to say.';
comment on column news.article_event.http_status is 'HTTP status of the answer.';
comment on column news.article_event.missing_since is 'Of a withdrawal: the first look that found the page missing.';
comment on column news.article_event.version_number is 'Version of the article that came, or that stood then.';
comment on column news.article_event.archive_file is
    'WARC file that holds the answer, below the archive address; null: none was kept (a 304 has no page).';
comment on column news.article_event.archive_offset is 'Where in that file the answer starts, in bytes.';
comment on column news.article_event.archive_length is 'Length of the compressed record in that file, in bytes.';
comment on column news.article_event.created_at is 'When this row was written.';

-- «What was withdrawn between these days?»
create index article_event_observed_at_idx on news.article_event (observed_at);

insert into news.article_event (
    article_id, event_number, observed_at, event, reason, http_status, version_number,
    archive_file, archive_offset, archive_length
)
select
    version.article_id,
    row_number() over (partition by version.article_id order by version.version_number),
    version.fetched_at,
    case version.change_kind when 'first' then 'first_stored' else 'edited' end,
    case version.change_kind when 'first' then 'new' else 'changed' end,
    capture.http_status,
    version.version_number,
    version.archive_file,
    version.archive_offset,
    version.archive_length
from news.article_version as version
left join ingest.capture
    on capture.archive_file = version.archive_file
    and capture.archive_offset = version.archive_offset
where version.change_kind in ('first', 'edit');

create trigger article_event_is_append_only
before update or delete or truncate on news.article_event
for each statement execute function news.refuse_change();

-- `dateline explain` asks for the responses of a URL, for the URL that led to a page, and for an article's repeats.
create index capture_source_id_url_key_idx on ingest.capture (source_id, url_key);
create index capture_final_url_key_idx on ingest.capture (source_id, final_url_key) where final_url_key <> url_key;
create index url_duplicate_of_idx on ingest.url (duplicate_of) where duplicate_of is not null;

grant select, insert on news.article_event to dateline_loader;
