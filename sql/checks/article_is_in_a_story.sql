-- Every article is in a story, but for those whose story has yet to be found.
select article.article_id
from news.article
left join news.story_article
    on story_article.article_id = article.article_id
where story_article.article_id is null
    and not exists (
        select
        from ingest.story_pending
        where story_pending.article_id = article.article_id
    )
order by article.article_id
