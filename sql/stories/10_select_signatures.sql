select
    signature.article_id,
    signature.instant,
    signature.digest,
    signature.shingles,
    signature.numbers
from unnest(%(article_ids)s::bigint[], %(instants)s::timestamptz[]) as wanted (article_id, instant)
inner join ingest.story_signature as signature
    on signature.article_id = wanted.article_id
    and signature.instant = wanted.instant
where signature.instant between %(since)s and %(until)s
