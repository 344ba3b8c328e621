-- What the texts of articles were, before they are signed again.
select
    article_id,
    digest
from ingest.story_signature
where (article_id, instant) in (
    select *
    from unnest(%(article_ids)s::bigint[], %(instants)s::timestamptz[]) as signed (article_id, instant)
)
