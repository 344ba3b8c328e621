-- What search reads, of the articles that are new or read otherwise now. One that waits for its first document stays so.
create temporary table batch_search on commit drop as
select
    made.*,
    batch_current.is_new_article
from batch_current
inner join ingest.searchable_article as made
    on made.article_id = batch_current.article_id
where batch_current.is_new_article
    or exists (
        select
        from ingest.search_document
        where search_document.article_id = made.article_id
            and search_document.content_hash <> made.content_hash
    );
