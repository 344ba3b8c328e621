-- Sources to crawl now: those of `only`, or the enabled ones of which an endpoint or a known URL is due; never one that a
-- batch has in hand.
select source_state.source_id
from ingest.source_state
inner join news.source
    on source.source_id = source_state.source_id
where source.is_enabled
    and source_state.state <> 'paused'
    and source_state.lease_batch_id is null
    and (
        source_state.source_id = any(%(only)s::text[])
        or (
            cardinality(%(only)s::text[]) = 0
            and (
                source_state.next_due_at <= now()
                or exists (
                    select
                    from ingest.url
                    where url.source_id = source_state.source_id
                        and url.next_due_at <= now()
                )
            )
        )
    )
order by
    source_state.next_due_at,
    source_state.source_id
for update of source_state skip locked
