-- Every endpoint of the batch's sources: as it was before, and what this batch's last visit brought (null: none was made).
with found as (
    select
        source_id,
        discovered_from as url,
        count(*) as new,
        case
            -- A list that dates few of its entries does not say how far it reaches back.
            when count(hint) >= 0.9 * count(*)
                -- One pinned entry does not make it reach back for years.
                then percentile_disc(0.1) within group (order by hint)
        end as oldest_new_at
    from batch_new
    group by
        source_id,
        discovered_from
),

visit as (
    select distinct on (source_id, url) *
    from batch_endpoint
    order by
        source_id,
        url,
        fetched_at desc,
        is_good desc
)

select
    endpoint.source_id,
    endpoint.url,
    endpoint.kind,
    endpoint.stands_in_for,
    endpoint.wait_seconds,
    endpoint.skip_hours,
    endpoint.next_due_at,
    before.last_visited_at,
    before.last_succeeded_at,
    coalesce(before.entries, 0) as entries,
    coalesce(before.yielded, 0) as yielded,
    coalesce(before.failure_weight, 0) as failure_weight,
    visit.fetched_at,
    visit.http_status,
    visit.reason,
    visit.links,
    coalesce(found.new, 0) as new,
    found.oldest_new_at
from ingest.endpoint
inner join staged_source
    on staged_source.source_id = endpoint.source_id
left join endpoint_before as before
    on before.source_id = endpoint.source_id
    and before.url = endpoint.url
-- A visit that is older than what is known tells nothing new: its batch was loaded late.
left join visit
    on visit.source_id = endpoint.source_id
    and visit.url = endpoint.url
    and visit.fetched_at >= coalesce(before.last_visited_at, visit.fetched_at)
left join found
    on found.source_id = endpoint.source_id
    and found.url = endpoint.url
order by
    endpoint.source_id,
    endpoint.url
