-- One row for each URL, after it is known that none is missing.
select ingest.ensure_months('ingest.outcome', array[logged_at])
from ingest.batch
where run_id = %(run_id)s
    and batch_id = %(batch_id)s;

insert into ingest.outcome (
    run_id,
    batch_id,
    source_id,
    url_key,
    url,
    outcome,
    reason,
    detail,
    http_status,
    article_id,
    capture_id,
    decided_at,
    logged_at
)
select
    %(run_id)s,
    %(batch_id)s,
    batch_result.source_id,
    batch_result.url_key,
    batch_discovery.url,
    batch_result.outcome,
    batch_result.reason,
    batch_result.detail,
    batch_result.http_status,
    batch_result.article_id,
    capture.capture_id,
    batch_result.decided_at,
    batch.logged_at
from batch_result
inner join batch_discovery
    on batch_discovery.source_id = batch_result.source_id
    and batch_discovery.url_key = batch_result.url_key
inner join ingest.batch
    on batch.run_id = %(run_id)s
    and batch.batch_id = %(batch_id)s
left join batch_capture
    on batch_capture.archive_file = batch_result.archive_file
    and batch_capture.archive_offset = batch_result.archive_offset
left join ingest.capture
    on capture.archive_file = batch_capture.archive_file
    and capture.archive_offset = batch_capture.archive_offset
    and capture.fetched_at = batch_capture.fetched_at
    and capture.fetched_at >= (select min(fetched_at) from batch_capture)
    and capture.fetched_at <= (select max(fetched_at) from batch_capture);
