-- Articles by day and language, over the last week that we have
select
    (published_at at time zone 'UTC')::date as day,
    language,
    count(*) as articles,
    count(distinct source_id) as sources
from news.article
where published_at >= (
    select max(published_at)
    from news.article
) - interval '7 days'
group by
    day,
    language
order by
    day desc,
    articles desc
limit 12;
