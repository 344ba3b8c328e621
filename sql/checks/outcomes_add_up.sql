-- For each source of each loaded batch, the outcomes add up to what was discovered; retired ones are not counted.
select
    run_id,
    batch_id,
    source_id,
    discovered,
    stored + unchanged + duplicate + rejected + failed + blocked + pending as outcomes
from ingest.source_run
where discovered <> stored + unchanged + duplicate + rejected + failed + blocked + pending
order by
    run_id,
    batch_id,
    source_id
