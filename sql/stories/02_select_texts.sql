-- Their texts, and when each was published as far as its signature knows (null: it has none).
select
    article.article_id,
    article.source_id,
    article.language,
    article.title,
    article.text,
    coalesce(article.published_at, article.first_fetched_at) as instant,
    article.content_sha256,
    story_text.instant as signed_instant
from (select distinct article_id from stories_taken) as taken
inner join news.article
    on article.article_id = taken.article_id
left join ingest.story_text
    on story_text.article_id = article.article_id
order by article.article_id
