-- What the batch saw of each source, and what is remembered of it.
with visits as (
    select
        record ->> 'source_id' as source_id,
        jsonb_agg(record) as visits
    from staged_endpoint
    group by record ->> 'source_id'
),

counted as (
    select
        source_id,
        outcome,
        reason,
        count(*) as urls,
        max(decided_at) as decided_at,
        -- Where the bytes were kept is the better example.
        (array_agg(url_key order by archive_file is null, url_key))[1] as url_key
    from batch_result
    group by
        source_id,
        outcome,
        reason
),

ends as (
    select
        counted.source_id,
        jsonb_agg(
            jsonb_build_object(
                'outcome', counted.outcome,
                'reason', counted.reason,
                'count', counted.urls,
                'at', counted.decided_at,
                'example', jsonb_build_object(
                    'url', batch_discovery.url,
                    'status', batch_result.http_status,
                    'archive_file', batch_capture.archive_file,
                    'archive_offset', batch_capture.archive_offset,
                    'archive_length', batch_capture.archive_length
                )
            )
        ) as ends
    from counted
    inner join batch_result
        on batch_result.source_id = counted.source_id
        and batch_result.url_key = counted.url_key
    inner join batch_discovery
        on batch_discovery.source_id = counted.source_id
        and batch_discovery.url_key = counted.url_key
    left join batch_capture
        on batch_capture.archive_file = batch_result.archive_file
        and batch_capture.archive_offset = batch_result.archive_offset
    group by counted.source_id
)

select
    staged_source.source_id,
    source_state.memory,
    source_state.state = 'paused' as is_paused,
    coalesce(visits.visits, '[]') as visits,
    coalesce(ends.ends, '[]') as ends,
    coalesce(batch_fields.field_counts, '{}') as field_counts
from staged_source
inner join ingest.source_state
    on source_state.source_id = staged_source.source_id
left join visits
    on visits.source_id = staged_source.source_id
left join ends
    on ends.source_id = staged_source.source_id
left join batch_fields
    on batch_fields.source_id = staged_source.source_id
order by staged_source.source_id
