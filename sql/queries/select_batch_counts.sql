-- The numbers of a batch as StageReport has them: outcomes that are none are left out.
select
    source_id,
    discovered,
    known,
    captured,
    cleaned,
    versions,
    (
        select coalesce(jsonb_object_agg(entry.key, entry.value), '{}'::jsonb)
        from jsonb_each(
            jsonb_build_object(
                'stored', stored,
                'unchanged', unchanged,
                'duplicate', duplicate,
                'rejected', rejected,
                'failed', failed,
                'blocked', blocked,
                'pending', pending
            )
        ) as entry (key, value)
        where entry.value not in ('0'::jsonb, 'null'::jsonb)
    ) as outcomes,
    coalesce(reasons, '{}'::jsonb) as reasons,
    endpoints_visited,
    endpoints_failed
from ingest.source_run
where run_id = %(run_id)s
    and batch_id = %(batch_id)s
order by source_id
