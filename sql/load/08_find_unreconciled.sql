-- Sources whose outcomes do not add up to what was taken on.
with found as (
    select
        source_id,
        count(*) as urls
    from batch_discovery
    group by source_id
),

ended as (
    select
        source_id,
        count(*) as urls
    from batch_result
    where outcome is not null
    group by source_id
)

select
    coalesce(found.source_id, ended.source_id) as source_id,
    coalesce(found.urls, 0) as discovered,
    coalesce(ended.urls, 0) as outcomes,
    (
        select coalesce(batch_discovery.url, batch_result.url_key)
        from batch_discovery
        full join batch_result
            on batch_result.source_id = batch_discovery.source_id
            and batch_result.url_key = batch_discovery.url_key
        where coalesce(batch_discovery.source_id, batch_result.source_id) = coalesce(found.source_id, ended.source_id)
            and (batch_discovery.url_key is null or batch_result.outcome is null)
        order by 1
        limit 1
    ) as example
from found
full join ended
    on ended.source_id = found.source_id
where exists (
    select
    from batch_discovery
    full join batch_result
        on batch_result.source_id = batch_discovery.source_id
        and batch_result.url_key = batch_discovery.url_key
    where coalesce(batch_discovery.source_id, batch_result.source_id) = coalesce(found.source_id, ended.source_id)
        and (batch_discovery.url_key is null or batch_result.outcome is null)
)
order by 1
