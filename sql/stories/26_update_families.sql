update news.story
set
    family_id = found.family_id,
    updated_at = now()
from unnest(%(story_ids)s::bigint[], %(family_ids)s::bigint[]) as found (story_id, family_id)
where story.story_id = found.story_id
    and story.family_id <> found.family_id
