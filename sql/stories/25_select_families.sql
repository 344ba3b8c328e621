-- The families that the pairs belong to or belonged to: their stories, each with those of its relations that start there.
with met as (
    select story_id
    from stories_regrouped
    union
    select other_story_id
    from stories_regrouped
),

family as (
    select distinct story.family_id
    from met
    inner join news.story
        on story.story_id = met.story_id
)

select
    story.story_id,
    array(
        select relation.other_story_id
        from news.story_relation as relation
        where relation.story_id = story.story_id
    ) as others
from family
inner join news.story
    on story.family_id = family.family_id
