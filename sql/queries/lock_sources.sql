-- One load of a source at a time: a reprocess may meet a news run. Always in the same order.
select source_id
from ingest.source_state
where source_id = any(%(source_ids)s::text[])
order by source_id
for update
