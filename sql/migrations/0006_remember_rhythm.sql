-- When each source publishes and each endpoint is asked next, and what a visit learns of an endpoint.
set local role dateline_owner;

alter table ingest.endpoint
    add column newest_published_at timestamptz,
    add column listed_lastmod timestamptz,
    add column moved_to text,
    add column found_feeds text[] not null default '{}',
    add column stands_in_for text,
    add column hub_url text,
    add column wait_seconds integer,
    add column skip_hours integer[] not null default '{}',
    add column archive_file text,
    add column archive_offset bigint,
    add column archive_length bigint,
    add column entries integer not null default 0,
    add column yielded double precision not null default 0,
    add column failure_weight double precision not null default 0,
    add column interval_seconds double precision,
    add column next_due_at timestamptz;

comment on column ingest.endpoint.newest_published_at is 'Newest publication that it ever listed.';
comment on column ingest.endpoint.listed_lastmod is
    'Last instant at which it had changed, by its sitemap index, when it was last read.';
comment on column ingest.endpoint.moved_to is 'Where permanent redirects led at the last visit that was answered.';
comment on column ingest.endpoint.found_feeds is 'Feeds that a page named which came in its place at the last visit.';
comment on column ingest.endpoint.stands_in_for is 'Feed of the source file that this one is asked for in its place.';
comment on column ingest.endpoint.hub_url is 'WebSub hub that it names.';
comment on column ingest.endpoint.wait_seconds is
    'How long it asked to be left alone: Retry-After of a refusal, or ttl, update period and max-age of a list.';
comment on column ingest.endpoint.skip_hours is 'Hours of the day in UTC in which it asks not to be asked.';
comment on column ingest.endpoint.archive_file is 'WARC file of the answer to the last visit, where it could not be used.';
comment on column ingest.endpoint.archive_offset is 'Where in that file the record starts, in bytes.';
comment on column ingest.endpoint.archive_length is 'Length of the compressed record, in bytes.';
comment on column ingest.endpoint.entries is 'How many links its list held when it last came; 0: not known.';
comment on column ingest.endpoint.yielded is
    'New articles that it was the first to show; of those of a week before its last visit half, and so on.';
comment on column ingest.endpoint.failure_weight is
    'Sum of its failures in a row: a hard one counts 1, a soft one 1/2, a temporary one 1/4.';
comment on column ingest.endpoint.interval_seconds is 'How long its own rhythm wants between two visits.';
comment on column ingest.endpoint.next_due_at is
    'When it is asked next; null: at the next crawl, or together with the index or page that leads to it.';

comment on column ingest.source_state.next_due_at is 'When one of its endpoints is due next.';
alter table ingest.source_state add column watched_until timestamptz;
comment on column ingest.source_state.watched_until is 'Until when the hours of ingest.source_hour are watched.';

create table ingest.source_hour (
    source_id text not null references news.source (source_id),
    hour timestamptz not null,
    watched_seconds double precision not null,
    found integer not null,
    primary key (source_id, hour),
    constraint source_hour_hour_check check (hour = date_trunc('hour', hour, 'UTC')),
    constraint source_hour_watched_check check (watched_seconds between 0 and 3600),
    constraint source_hour_found_check check (found >= 0)
);

comment on table ingest.source_hour is
    'New articles of each source by hour, over ten weeks: its habit. Hours that nobody watched are not silence.';
comment on column ingest.source_hour.source_id is 'The source.';
comment on column ingest.source_hour.hour is 'Start of the hour.';
comment on column ingest.source_hour.watched_seconds is 'How much of the hour the visits to its endpoints cover.';
comment on column ingest.source_hour.found is 'New articles that were published in it, as far as feeds say when.';

grant select, insert, update, delete on ingest.source_hour to dateline_loader;
