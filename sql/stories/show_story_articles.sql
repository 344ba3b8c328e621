select
    article.article_id::text as article,
    article.source_id as source,
    article.published_at as published,
    other.relation,
    round(other.similarity::numeric, 2)::text as similarity,
    article.title
from news.story_article as mine
inner join news.story_article as other
    on other.story_id = mine.story_id
inner join news.article
    on article.article_id = other.article_id
where mine.article_id = %(article_id)s
order by
    other.relation <> 'first',
    article.published_at nulls last,
    article.article_id
