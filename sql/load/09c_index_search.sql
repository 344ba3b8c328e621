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

select ingest.ensure_months('ingest.search_document', array_agg(first_fetched_at))
from batch_search
where is_new_article;

insert into ingest.search_document (
    article_id,
    first_fetched_at,
    dated_at,
    language,
    content_hash,
    document
)
select
    article_id,
    first_fetched_at,
    dated_at,
    language,
    content_hash,
    document
from batch_search
where is_new_article
order by
    dated_at,
    article_id;

update ingest.search_document
set
    dated_at = batch_search.dated_at,
    language = batch_search.language,
    content_hash = batch_search.content_hash,
    document = batch_search.document
from batch_search
where search_document.article_id = batch_search.article_id
    and not batch_search.is_new_article;

insert into ingest.search_language (language)
select distinct language
from batch_search
where not exists (
    select
    from ingest.search_language as known
    where known.language = batch_search.language
);

with word_of_title as (
    select distinct substr(lexeme, 3) as word
    from batch_search
    cross join lateral unnest(tsvector_to_array(document)) as lexeme
    where lexeme like 't=%%'
        and length(lexeme) between 6 and 42
)

insert into ingest.search_word (word)
select word
from word_of_title
where not exists (
    select
    from ingest.search_word as known
    where known.word = word_of_title.word
);
