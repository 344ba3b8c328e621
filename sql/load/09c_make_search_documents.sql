-- What search reads, of the articles that are new or read otherwise now. One that waits for its first document stays so.
create temporary table batch_search on commit drop as
select
    article.article_id,
    article.first_fetched_at,
    least(article.published_at, article.first_fetched_at) as dated_at,
    coalesce(article.language, '') as language,
    ingest.search_content_hash(
        article.content_sha256,
        article.language,
        article.published_at,
        article.description
    ) as content_hash,
    ingest.make_search_document(
        article.source_id,
        article.language,
        article.title,
        article.description,
        article.text
    ) as document,
    batch_current.is_new_article
from batch_current
inner join news.article
    on article.article_id = batch_current.article_id
where batch_current.is_new_article
    or exists (
        select
        from ingest.search_document
        where search_document.article_id = article.article_id
            and search_document.content_hash <> ingest.search_content_hash(
                article.content_sha256,
                article.language,
                article.published_at,
                article.description
            )
    );
