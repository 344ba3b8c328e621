-- The documents of `batch_search` into the months that they belong to.
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

insert into ingest.search_word (
    word,
    letters
)
select
    word,
    ingest.search_letters(word)
from word_of_title
where not exists (
    select
    from ingest.search_word as known
    where known.word = word_of_title.word
);
