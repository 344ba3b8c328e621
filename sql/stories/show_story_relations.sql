select
    story.story_id::text as story,
    relation.relation,
    round(relation.similarity::numeric, 2)::text as similarity,
    story.first_source_id as source,
    story.first_published_at as published,
    story.title
from news.story_article as mine
inner join news.story_relation as relation
    on mine.story_id in (relation.story_id, relation.other_story_id)
inner join news.story
    on story.story_id in (relation.story_id, relation.other_story_id)
    and story.story_id <> mine.story_id
where mine.article_id = %(article_id)s
order by
    relation.similarity desc,
    story.story_id
