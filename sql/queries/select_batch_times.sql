select
    load_started_at,
    loaded_at
from ingest.batch
where run_id = %(run_id)s
    and batch_id = %(batch_id)s
