-- What is new since a moment, for readers that come again and again.
set local role dateline_owner;

create or replace function news.loaded_until() returns timestamptz
language sql
volatile
parallel restricted
as $$
    select
        case
            -- A standby does not see the locks of its primary.
            when pg_is_in_recovery() then least(now(), pg_last_xact_replay_timestamp()) - interval '1 hour'
            else least(
                now() - interval '10 seconds',
                min(to_timestamp(objid::bigint * 60))
            )
        end
    from pg_locks
    where locktype = 'advisory'
        and classid = 1145132101
        and objsubid = 2
        and database = (
            select oid
            from pg_database
            where datname = current_database()
        )
$$;

comment on function news.loaded_until() is
    'Until when everything is here: no load is still at work whose rows would have an updated_at before this instant. '
    'Rows carry the time at which their load began, and a load takes minutes. A reader that comes again asks this '
    'first, in a statement of its own; then it reads news.changed_since(the answer it kept last time); then it keeps '
    'the new answer. It may meet a row twice, and misses none. On a standby an hour is left for loads.';

create or replace function news.changed_since(since timestamptz)
returns table (
    article_id bigint,
    source_id text,
    url text,
    title text,
    changes text[],
    version_number integer,
    withdrawn_at timestamptz,
    created_at timestamptz,
    updated_at timestamptz
)
language sql
stable
parallel safe
as $$
    select
        article.article_id,
        article.source_id,
        article.url,
        article.title,
        coalesce(happened.changes, array['details']) as changes,
        article.version_number,
        article.withdrawn_at,
        article.created_at,
        article.updated_at
    from news.article
    cross join lateral (
        select array_agg(change.change order by change.observed_at, change.place) as changes
        from (
            select
                event.event as change,
                event.observed_at,
                event.event_number as place
            from news.article_event as event
            where event.article_id = article.article_id
                and event.created_at >= since
                and event.event in ('first_stored', 'edited', 'withdrawn', 'restored')

            union all

            select
                'reextracted',
                version.fetched_at,
                version.version_number
            from news.article_version as version
            where version.article_id = article.article_id
                and version.created_at >= since
                and version.change_kind = 'reextraction'
        ) as change
    ) as happened
    where article.updated_at >= since
$$;

comment on function news.changed_since(timestamptz) is
    'Articles whose row in news.article was written or changed since a moment, a row an article. '
    'since: an earlier answer of news.loaded_until(), so that loads which commit late are not missed. '
    'Result: article_id, source_id, url, title, version_number, withdrawn_at and created_at as in news.article; '
    'changes: what happened, in order: first_stored, edited, withdrawn, restored, reextracted (the same page read '
    'better), or details where only other fields than title and text changed; updated_at: when the load began that '
    'changed it. Take over rows by article_id.';
