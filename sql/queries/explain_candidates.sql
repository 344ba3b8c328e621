-- The known URLs that an address may mean: itself, one that led to it, or one whose article is there.
with asked as (
    select *
    from unnest(%(source_ids)s::text[], %(url_keys)s::text[]) as pair (source_id, url_key)
)

select
    asked.source_id,
    url.url_key,
    1 as place
from asked
inner join ingest.url
    on url.source_id = asked.source_id
    and url.url_key = asked.url_key
union
select
    asked.source_id,
    coalesce(url.url_key, article.url_key),
    2
from asked
inner join news.article
    on article.source_id = asked.source_id
    and article.url_key = asked.url_key
left join ingest.url
    on url.source_id = article.source_id
    and url.article_id = article.article_id
union
select
    asked.source_id,
    capture.url_key,
    3
from asked
inner join ingest.capture
    on capture.source_id = asked.source_id
    and capture.final_url_key = asked.url_key
    and capture.final_url_key <> capture.url_key
order by
    place,
    source_id,
    url_key
