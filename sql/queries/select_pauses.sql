-- Sources whose pause has to begin or to end: by their file, by somebody, or because its time is over.
with wanted as (
    select
        source_state.source_id,
        source_state.state,
        source_state.memory,
        source_state.paused_because,
        source_state.paused_until,
        case
            when source_state.paused_at is not null
                and (source_state.paused_until is null or source_state.paused_until > now()) then 'by_operator'
            when not source.is_enabled then 'disabled'
        end as pause
    from ingest.source_state
    inner join news.source
        on source.source_id = source_state.source_id
)

select
    source_state.source_id,
    wanted.state,
    source_state.memory,
    wanted.pause,
    wanted.paused_because,
    wanted.paused_until
from ingest.source_state
inner join wanted
    on wanted.source_id = source_state.source_id
where (%(source_id)s::text is null or source_state.source_id = %(source_id)s)
    and (
        (wanted.pause is not null and (source_state.state <> 'paused' or source_state.state_reason <> wanted.pause))
        or (wanted.pause is null and source_state.state = 'paused')
    )
order by source_state.source_id
for update of source_state
