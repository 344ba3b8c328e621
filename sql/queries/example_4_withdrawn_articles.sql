-- Articles that were withdrawn or came back, and how long each was missing
select
    article.source_id,
    article.title,
    withdrawn.missing_since,
    withdrawn.reason,
    min(restored.observed_at) as restored_at
from news.article_event as withdrawn
inner join news.article
    on article.article_id = withdrawn.article_id
left join news.article_event as restored
    on restored.article_id = withdrawn.article_id
    and restored.event = 'restored'
    and restored.observed_at > withdrawn.observed_at
where withdrawn.event = 'withdrawn'
group by
    article.source_id,
    article.title,
    withdrawn.article_id,
    withdrawn.missing_since,
    withdrawn.reason
order by withdrawn.missing_since desc
limit 10;
