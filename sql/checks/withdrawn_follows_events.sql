-- An article is withdrawn if the last that happened of withdrawals and returns is a withdrawal, and has all its events.
with turns as (
    select distinct on (article_id)
        article_id,
        event,
        reason,
        missing_since
    from news.article_event
    where event in ('withdrawn', 'restored')
    order by
        article_id,
        event_number desc
),

counted as (
    select
        article_id,
        count(*) as events,
        max(event_number) as highest,
        count(*) filter (where event in ('first_stored', 'edited')) as texts
    from news.article_event
    group by article_id
),

versioned as (
    select
        article_id,
        count(*) as texts
    from news.article_version
    where change_kind in ('first', 'edit')
    group by article_id
)

select
    article.article_id,
    article.withdrawn_at,
    article.withdrawn_reason,
    turns.event
from news.article
left join turns
    on turns.article_id = article.article_id
left join counted
    on counted.article_id = article.article_id
left join versioned
    on versioned.article_id = article.article_id
where (article.withdrawn_at, article.withdrawn_reason) is distinct from (
    case when turns.event = 'withdrawn' then turns.missing_since end,
    case when turns.event = 'withdrawn' then turns.reason end
)
or counted.events is distinct from counted.highest
or counted.texts is distinct from versioned.texts
order by article.article_id
