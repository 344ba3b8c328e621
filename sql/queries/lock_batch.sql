-- The state of a batch, whose row is held until the load ends: a second loader waits, and finds it loaded.
select state
from ingest.batch
where run_id = %(run_id)s
    and batch_id = %(batch_id)s
for update
