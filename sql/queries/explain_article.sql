-- The article of a URL: the one that it is fetched for, repeats, or is the address of.
select
    article.article_id,
    article.url,
    article.url_key,
    article.title,
    article.published_at,
    article.published_precision,
    article.version_number,
    article.word_count,
    article.first_fetched_at,
    article.checked_at,
    article.withdrawn_at,
    article.withdrawn_reason,
    article.extractor_version
from news.article
left join ingest.url
    on url.source_id = %(source_id)s
    and url.url_key = %(url_key)s
where article.article_id in (url.article_id, url.duplicate_of)
    or (article.source_id = %(source_id)s and article.url_key = %(url_key)s)
order by
    article.article_id = url.duplicate_of desc nulls last,
    article.article_id = url.article_id desc nulls last
limit 1
