-- Every article that does not wait for it has one document in search, made from what it reads now.
with counted as (
    select
        article_id,
        count(*) as documents,
        min(content_hash) as content_hash
    from ingest.search_document
    group by article_id
)

select
    coalesce(article.article_id, counted.article_id) as article_id,
    counted.documents
from ingest.searchable_article as article
full join counted
    on counted.article_id = article.article_id
where (
    counted.documents is distinct from 1
    or article.article_id is null
    or counted.content_hash <> article.content_hash
)
and not exists (
    select
    from ingest.search_backlog
    where article.article_id between search_backlog.first_article_id and search_backlog.last_article_id
)
order by 1
