-- The response that an outcome names is there.
select
    outcome.run_id,
    outcome.batch_id,
    outcome.source_id,
    outcome.url_key,
    outcome.capture_id
from ingest.outcome
left join ingest.capture
    on capture.capture_id = outcome.capture_id
where outcome.capture_id is not null
    and capture.capture_id is null
order by
    outcome.run_id,
    outcome.batch_id,
    outcome.source_id,
    outcome.url_key
