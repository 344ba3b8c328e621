-- Every outcome is of a batch that is known, filed under its month, and of a known reason and article.
select
    outcome.run_id,
    outcome.batch_id,
    outcome.source_id,
    outcome.url_key
from ingest.outcome
left join ingest.batch
    on batch.run_id = outcome.run_id
    and batch.batch_id = outcome.batch_id
    and batch.logged_at = outcome.logged_at
left join ingest.reason
    on reason.outcome = outcome.outcome
    and reason.reason = outcome.reason
left join news.article
    on article.article_id = outcome.article_id
where batch.run_id is null
    or reason.reason is null
    or (outcome.article_id is not null and article.article_id is null)
order by
    outcome.run_id,
    outcome.batch_id,
    outcome.source_id,
    outcome.url_key
