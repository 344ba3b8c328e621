-- Take away the edges of articles, and tell them.
with taken as (
    select unnest(%(article_ids)s::bigint[]) as article_id
),

gone as (
    select
        edge.article_id,
        edge.other_article_id
    from taken
    inner join ingest.story_edge as edge
        on edge.article_id = taken.article_id
    union
    select
        edge.article_id,
        edge.other_article_id
    from taken
    inner join ingest.story_edge as edge
        on edge.other_article_id = taken.article_id
)

delete from ingest.story_edge
using gone
where story_edge.article_id = gone.article_id
    and story_edge.other_article_id = gone.other_article_id
returning
    story_edge.article_id,
    story_edge.other_article_id,
    story_edge.relation
