update ingest.endpoint
set
    entries = batch_polling.entries,
    yielded = batch_polling.yielded,
    failure_weight = batch_polling.failure_weight,
    interval_seconds = batch_polling.interval_seconds,
    next_due_at = batch_polling.next_due_at
from batch_polling
where endpoint.source_id = batch_polling.source_id
    and endpoint.url = batch_polling.url
