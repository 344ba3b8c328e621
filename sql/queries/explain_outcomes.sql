-- How each run ended with a URL.
select
    outcome.decided_at,
    outcome.run_id,
    outcome.batch_id,
    batch.kind,
    outcome.outcome,
    outcome.reason,
    reason.meaning,
    outcome.detail,
    outcome.http_status,
    outcome.article_id
from ingest.outcome
inner join ingest.reason
    on reason.outcome = outcome.outcome
    and reason.reason = outcome.reason
inner join ingest.batch
    on batch.run_id = outcome.run_id
    and batch.batch_id = outcome.batch_id
where outcome.source_id = %(source_id)s
    and outcome.url_key = %(url_key)s
order by
    outcome.decided_at,
    outcome.run_id,
    outcome.batch_id
