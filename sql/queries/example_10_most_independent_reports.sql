-- What most sources report on their own, copies left out: stories that share words, by how many sources began them
select
    family.first_sources,
    family.reports,
    story.title,
    family.first_source_ids
from (
    select
        family_id,
        count(distinct first_source_id) as first_sources,
        count(*) as reports,
        array_agg(distinct first_source_id) as first_source_ids
    from news.story
    where first_seen_at >= (
        select max(first_seen_at)
        from news.story
    ) - interval '7 days'
    group by family_id
    order by
        first_sources desc,
        reports desc,
        family_id
    limit 6
) as family
inner join news.story
    on story.story_id = family.family_id
order by
    family.first_sources desc,
    family.reports desc,
    family.family_id;
