-- Stories that are related are there, and of one family.
select
    relation.story_id,
    relation.other_story_id
from news.story_relation as relation
left join news.story as one
    on one.story_id = relation.story_id
left join news.story as other
    on other.story_id = relation.other_story_id
where one.family_id is null
    or one.family_id is distinct from other.family_id
    or one.family_id > one.story_id
order by
    relation.story_id,
    relation.other_story_id
