-- The newest articles, and where they report from
select
    published_at,
    source_id,
    language,
    dateline_place,
    title
from news.article
order by published_at desc nulls last
limit 6;
