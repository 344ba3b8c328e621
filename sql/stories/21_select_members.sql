-- What decides which article of a story is the first, and what its text is compared by.
select
    article.article_id,
    article.published_at,
    article.first_fetched_at,
    signature.digest,
    signature.shingles,
    signature.numbers
from (select unnest(%(article_ids)s::bigint[]) as article_id) as member
inner join news.article
    on article.article_id = member.article_id
inner join ingest.story_text
    on story_text.article_id = member.article_id
inner join ingest.story_signature as signature
    on signature.article_id = story_text.article_id
    and signature.instant = story_text.instant
