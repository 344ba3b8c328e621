-- Every story has the articles that it counts, and the smallest of them is its number.
with counted as (
    select
        story_article.story_id,
        min(story_article.article_id) as smallest,
        count(*) as articles,
        count(distinct article.source_id) as sources,
        count(*) filter (where story_article.relation = 'first') as firsts
    from news.story_article
    inner join news.article
        on article.article_id = story_article.article_id
    group by story_article.story_id
)

select
    coalesce(story.story_id, counted.story_id) as story_id,
    story.article_count,
    counted.articles,
    story.source_count,
    counted.sources
from news.story
full join counted
    on counted.story_id = story.story_id
where (story.story_id, story.article_count, story.source_count, 1)
    is distinct from (counted.smallest, counted.articles, counted.sources, counted.firsts)
order by 1
