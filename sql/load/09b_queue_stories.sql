-- Articles that are new or read otherwise now: `crawler.stories` finds their story.
insert into ingest.story_pending (article_id)
select article.article_id
from batch_current
inner join news.article
    on article.article_id = batch_current.article_id
left join ingest.story_text
    on story_text.article_id = article.article_id
where article.updated_at = now()
    or story_text.instant <> coalesce(article.published_at, article.first_fetched_at)
order by article.article_id;
