-- The batch that a folder of the archive belongs to. Its name is run and batch with a hyphen; both may have more of them.
select
    batch.run_id,
    batch.batch_id,
    batch.state
from unnest(%(run_ids)s::text[], %(batch_ids)s::text[]) as named (run_id, batch_id)
inner join ingest.batch
    on batch.run_id = named.run_id
    and batch.batch_id = named.batch_id
