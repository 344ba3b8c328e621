-- Whether «no articles» means that a source is silent, or that we did not look.
set local role dateline_owner;

create or replace view news.source_health as
select
    source.source_id,
    source_state.state,
    source_state.state_reason as reason,
    state_reason.meaning,
    source_state.state_detail as detail,
    source_state.state_since as since,
    source_state.last_success_at as last_answer_at,
    latest.last_article_at,
    round(coalesce(watched.share, 0)::numeric, 3) as watched_share_7_days,
    coalesce(watched.found, 0)::integer as found_7_days
from news.source
inner join ingest.source_state
    on source_state.source_id = source.source_id
inner join ingest.state_reason
    on state_reason.reason = source_state.state_reason
cross join lateral (
    select
        least(1, sum(source_hour.watched_seconds) / extract(epoch from interval '7 days')) as share,
        sum(source_hour.found) as found
    from ingest.source_hour
    where source_hour.source_id = source.source_id
        and source_hour.hour >= now() - interval '7 days'
) as watched
cross join lateral (
    select max(article.first_fetched_at) as last_article_at
    from news.article
    where article.source_id = source.source_id
) as latest;

comment on view news.source_health is
    'Where each source stands, and how much of the last week was watched: an hour without articles that was not '
    'watched is no silence.';
comment on column news.source_health.source_id is 'Source.';
comment on column news.source_health.state is
    'healthy, quiet (less than its own habit), degraded, blocked, moved, layout_changed, dead or paused.';
comment on column news.source_health.reason is 'Reason code of that state.';
comment on column news.source_health.meaning is 'What the reason code says.';
comment on column news.source_health.detail is 'What exactly was found.';
comment on column news.source_health.since is 'Since when it has been in that state.';
comment on column news.source_health.last_answer_at is
    'When a run was planned that last got an answer from one of its feeds, sitemaps or sections.';
comment on column news.source_health.last_article_at is 'When we last fetched an article of it that was new to us.';
comment on column news.source_health.watched_share_7_days is
    'Part of the last seven days that our visits cover: 1 is all of it, 0 is none.';
comment on column news.source_health.found_7_days is 'New articles that it published in the last seven days, as far as we saw.';

grant select on news.source_health to dateline_loader;
