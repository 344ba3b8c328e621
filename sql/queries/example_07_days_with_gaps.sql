-- One source by the day: did it publish nothing, or did we not watch, and why not?
select
    day,
    published_count,
    watched_share,
    status,
    meaning
from news.source_day
where source_id = (
        select source_id
        from news.article
        where published_at <= now()
        order by published_at desc
        limit 1
    )
    and day >= current_date - 14
order by day desc
limit 14;
