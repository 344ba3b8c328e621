-- What is true of an article in all of its versions, with the story that it belongs to.
select
    article.article_id,
    article.source_id,
    source.name as source_name,
    article.canonical_url,
    article.url_key,
    article.version_number as current_version,
    article.first_fetched_at,
    article.checked_at,
    article.withdrawn_at,
    article.withdrawn_reason,
    story.story_id,
    story.title as story_title,
    story.first_article_id as story_first_article_id,
    story.first_source_id as story_first_source_id,
    story.article_count as story_article_count,
    story.source_count as story_source_count,
    story_article.relation as story_relation,
    story_article.similarity as story_similarity
from news.article
inner join news.source
    on source.source_id = article.source_id
left join news.story_article
    on story_article.article_id = article.article_id
left join news.story
    on story.story_id = story_article.story_id
where article.article_id = %(article_id)s
