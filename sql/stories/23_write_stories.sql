-- Write the stories of whole components. Rows that would not change are left alone.
analyze stories_member;

create temporary table stories_affected on commit drop as
select known.story_id
from stories_member
inner join news.story_article as known
    on known.article_id = stories_member.article_id
union
select story_id
from stories_member;

insert into news.story_article as known (
    article_id,
    story_id,
    relation,
    similarity
)
select
    article_id,
    story_id,
    relation,
    similarity
from stories_member
order by article_id
on conflict (article_id) do update
set
    story_id = excluded.story_id,
    relation = excluded.relation,
    similarity = excluded.similarity,
    updated_at = now()
where (known.story_id, known.relation, known.similarity)
    is distinct from (excluded.story_id, excluded.relation, excluded.similarity);

with counted as (
    select
        member.story_id,
        min(article.first_fetched_at) as first_seen_at,
        max(article.first_fetched_at) as last_seen_at,
        count(*) as article_count,
        count(distinct article.source_id) as source_count
    from stories_member as member
    inner join news.article
        on article.article_id = member.article_id
    group by member.story_id
),

credited as (
    select
        member.story_id,
        array_agg(distinct agency order by agency) as agencies
    from stories_member as member
    inner join news.article
        on article.article_id = member.article_id
    cross join lateral unnest(article.agencies) as agency
    group by member.story_id
)

insert into news.story as known (
    story_id,
    family_id,
    title,
    language,
    first_article_id,
    first_source_id,
    first_published_at,
    first_seen_at,
    last_seen_at,
    article_count,
    source_count,
    agencies
)
select
    counted.story_id,
    counted.story_id,
    first.title,
    first.language,
    first.article_id,
    first.source_id,
    first.published_at,
    counted.first_seen_at,
    counted.last_seen_at,
    counted.article_count,
    counted.source_count,
    coalesce(credited.agencies, '{}')
from counted
inner join stories_member
    on stories_member.story_id = counted.story_id
    and stories_member.relation = 'first'
inner join news.article as first
    on first.article_id = stories_member.article_id
left join credited
    on credited.story_id = counted.story_id
order by counted.story_id
on conflict (story_id) do update
set
    title = excluded.title,
    language = excluded.language,
    first_article_id = excluded.first_article_id,
    first_source_id = excluded.first_source_id,
    first_published_at = excluded.first_published_at,
    first_seen_at = excluded.first_seen_at,
    last_seen_at = excluded.last_seen_at,
    article_count = excluded.article_count,
    source_count = excluded.source_count,
    agencies = excluded.agencies,
    updated_at = now()
where (
    known.title,
    known.language,
    known.first_article_id,
    known.first_source_id,
    known.first_published_at,
    known.first_seen_at,
    known.last_seen_at,
    known.article_count,
    known.source_count,
    known.agencies
) is distinct from (
    excluded.title,
    excluded.language,
    excluded.first_article_id,
    excluded.first_source_id,
    excluded.first_published_at,
    excluded.first_seen_at,
    excluded.last_seen_at,
    excluded.article_count,
    excluded.source_count,
    excluded.agencies
);

-- A story is there for as long as its smallest article is in it.
delete from news.story
using stories_affected
where story.story_id = stories_affected.story_id
    and not exists (
        select
        from news.story_article
        where story_article.article_id = story.story_id
            and story_article.story_id = story.story_id
    );
