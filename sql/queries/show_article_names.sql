-- Articles by their numbers, to choose among.
select
    article_id,
    source_id,
    url,
    title
from news.article
where article_id = any(%(article_ids)s::bigint[])
order by article_id
