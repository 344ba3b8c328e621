-- What the views and functions of analysts stand on. docs/decisions/0015-stable-interface.md

-- step: let go of indexes that were broken off
do $$
declare
    broken regclass;
begin
    set local role dateline_owner;
    for broken in
        select indexrelid
        from pg_index
        where indexrelid in (
            to_regclass('news.article_source_id_first_fetched_at_idx'),
            to_regclass('news.article_undated_idx'),
            to_regclass('news.article_event_withdrawn_idx'),
            to_regclass('news.story_first_seen_at_idx')
        )
            and not indisvalid
    loop
        execute format('drop index %s', broken);
    end loop;
end
$$;

-- step: what a source brought on a day
create index concurrently if not exists article_source_id_first_fetched_at_idx
on news.article (source_id, first_fetched_at);

-- step: the period of articles without a date
create index concurrently if not exists article_undated_idx
on news.article (first_fetched_at) where published_at is null;

-- step: what was withdrawn at a moment: few rows
create index concurrently if not exists article_event_withdrawn_idx
on news.article_event (article_id, missing_since) where event = 'withdrawn';

-- step: stories by period
create index concurrently if not exists story_first_seen_at_idx
on news.story (first_seen_at);

-- step: days of sources, the sign of loads at work, and what is said of it all
set local role dateline_owner;

comment on index news.article_source_id_first_fetched_at_idx is
    'What a source brought on a day: news.source_day; its newest article: news.source_health.';
comment on index news.article_undated_idx is 'Articles without a date, by when they were first fetched: news.article_as_of.';
comment on index news.article_event_withdrawn_idx is 'Whether an article was withdrawn at a moment: news.article_as_of.';
comment on index news.story_first_seen_at_idx is
    'Stories of a period: news.source_agreement; what most sources report on their own (queries/example_10).';
comment on index news.article_withdrawn_at_idx is 'Analysts: what is withdrawn now?';
comment on index news.article_version_fetched_at_idx is
    'Analysts: what was edited between two instants (queries/example_02)?';

create table ingest.source_day (
    source_id text not null references news.source (source_id),
    day date not null,
    watched_seconds double precision not null,
    found integer not null,
    primary key (source_id, day),
    constraint source_day_watched_check check (watched_seconds >= 0),
    constraint source_day_found_check check (found >= 0)
);

comment on table ingest.source_day is
    'Hours that left ingest.source_hour, summed by day: how much of each day was watched is never forgotten.';
comment on column ingest.source_day.source_id is 'The source.';
comment on column ingest.source_day.day is 'Day in the source''s own time zone.';
comment on column ingest.source_day.watched_seconds is 'How much of the day the visits to its endpoints cover.';
comment on column ingest.source_day.found is 'New articles that were published on it, as far as feeds say when.';

grant select, insert, update on ingest.source_day to dateline_loader;

-- The lock excludes nobody. It is there to be seen in pg_locks, which shows analysts when a transaction of another
-- user began no otherwise; and it ends with the transaction, however that ends.
create function ingest.begin_write() returns void
language sql
volatile
as $$
    select pg_advisory_xact_lock_shared(1145132101, floor(extract(epoch from now()) / 60)::integer)
$$;

comment on function ingest.begin_write() is
    'First statement of each transaction that writes rows of schema news with an updated_at: lets news.loaded_until '
    'see since when it runs.';

revoke all on function ingest.begin_write() from public;
grant execute on function ingest.begin_write() to dateline_loader;

comment on schema news is
    'What analysts read. Begin with news.article (articles as they read now) and news.source. What changed: '
    'news.edit, news.retraction, news.changed_since(). As it was: news.article_as_of(). Days with gaps, and why: '
    'news.source_day. Copies: news.story, news.first_report, news.independent_report(). Every table, column and '
    'function explains itself: \dt+, \dv+, \df+ and \d+ news.article in psql. All times are UTC.';
