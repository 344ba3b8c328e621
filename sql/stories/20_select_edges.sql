-- Edges between copies that lead from articles.
with frontier as (
    select unnest(%(article_ids)s::bigint[]) as article_id
)

select
    edge.article_id,
    edge.other_article_id,
    edge.relation,
    edge.similarity
from frontier
inner join ingest.story_edge as edge
    on edge.article_id = frontier.article_id
where edge.relation in ('same', 'copy', 'part')
union
select
    edge.article_id,
    edge.other_article_id,
    edge.relation,
    edge.similarity
from frontier
inner join ingest.story_edge as edge
    on edge.other_article_id = frontier.article_id
where edge.relation in ('same', 'copy', 'part')
