-- Places that more than one source reports from
select
    dateline_place,
    count(*) as articles,
    count(distinct source_id) as sources,
    min(published_at)::date as first_day,
    max(published_at)::date as last_day
from news.article
where dateline_place is not null
group by dateline_place
having count(distinct source_id) > 1
order by
    articles desc,
    dateline_place
limit 6;
