-- The URL that an article is fetched by, for one that is asked for by number.
select
    article.source_id,
    coalesce(url.url_key, article.url_key) as url_key,
    2 as place
from news.article
left join ingest.url
    on url.source_id = article.source_id
    and url.article_id = article.article_id
where article.article_id = %(article_id)s
order by url.first_discovered_at
