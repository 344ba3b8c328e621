-- Every article has one signature, made of its present text, but for those that wait.
select article.article_id
from news.article
left join ingest.story_text
    on story_text.article_id = article.article_id
left join ingest.story_signature as signature
    on signature.article_id = story_text.article_id
    and signature.instant = story_text.instant
where (
    signature.article_id is null
    or story_text.content_sha256 <> article.content_sha256
    or story_text.instant <> coalesce(article.published_at, article.first_fetched_at)
)
and not exists (
    select
    from ingest.story_pending
    where story_pending.article_id = article.article_id
)
order by article.article_id
