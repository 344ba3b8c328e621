-- The newest articles of one source
select
    published_at,
    published_precision,
    language,
    dateline_place,
    title
from news.article
where source_id = (
        select source_id
        from news.article
        where published_at <= now()
        order by published_at desc
        limit 1
    )
    and published_at <= now()
order by published_at desc
limit 6;
