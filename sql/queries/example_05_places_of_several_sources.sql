-- Places that more than one source reports from, in the last week that we have
select
    dateline_place,
    count(*) as articles,
    count(distinct source_id) as sources,
    max(published_at) as newest
from news.article
where published_at >= (
        select max(published_at)
        from news.article
    ) - interval '7 days'
    and dateline_place is not null
group by dateline_place
having count(distinct source_id) > 1
order by
    sources desc,
    articles desc,
    dateline_place
limit 6;
