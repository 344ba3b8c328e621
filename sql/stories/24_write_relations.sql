-- How these stories stand to others; the stories of pairs that came or went.
create temporary table stories_relation on commit drop as
with crossing as (
    select
        one.story_id as one_story_id,
        other.story_id as other_story_id,
        edge.relation,
        edge.similarity
    from (
        select edge.*
        from stories_member as member
        inner join ingest.story_edge as edge
            on edge.article_id = member.article_id
        where edge.relation in ('other_numbers', 'overlap')
        union
        select edge.*
        from stories_member as member
        inner join ingest.story_edge as edge
            on edge.other_article_id = member.article_id
        where edge.relation in ('other_numbers', 'overlap')
    ) as edge
    inner join news.story_article as one
        on one.article_id = edge.article_id
    inner join news.story_article as other
        on other.article_id = edge.other_article_id
    where one.story_id <> other.story_id
    union all
    select
        story_id,
        other_story_id,
        relation,
        similarity
    from stories_parting
)

select
    least(one_story_id, other_story_id) as story_id,
    greatest(one_story_id, other_story_id) as other_story_id,
    case when bool_or(relation = 'other_numbers') then 'other_numbers' else 'overlap' end as relation,
    max(similarity) as similarity
from crossing
group by
    least(one_story_id, other_story_id),
    greatest(one_story_id, other_story_id);

create temporary table stories_regrouped (
    story_id bigint not null,
    other_story_id bigint not null
) on commit drop;

with gone as (
    delete from news.story_relation
    using (
        select
            relation.story_id,
            relation.other_story_id
        from stories_affected as affected
        inner join news.story_relation as relation
            on relation.story_id = affected.story_id
        union
        select
            relation.story_id,
            relation.other_story_id
        from stories_affected as affected
        inner join news.story_relation as relation
            on relation.other_story_id = affected.story_id
    ) as known
    where story_relation.story_id = known.story_id
        and story_relation.other_story_id = known.other_story_id
        and not exists (
            select
            from stories_relation as found
            where found.story_id = known.story_id
                and found.other_story_id = known.other_story_id
        )
    returning
        story_relation.story_id,
        story_relation.other_story_id
)

insert into stories_regrouped
select
    story_id,
    other_story_id
from gone
union all
select
    found.story_id,
    found.other_story_id
from stories_relation as found
where not exists (
    select
    from news.story_relation as known
    where known.story_id = found.story_id
        and known.other_story_id = found.other_story_id
);

insert into news.story_relation as known (
    story_id,
    other_story_id,
    relation,
    similarity
)
select
    story_id,
    other_story_id,
    relation,
    similarity
from stories_relation
order by
    story_id,
    other_story_id
on conflict (story_id, other_story_id) do update
set
    relation = excluded.relation,
    similarity = excluded.similarity,
    updated_at = now()
where (known.relation, known.similarity) is distinct from (excluded.relation, excluded.similarity);
