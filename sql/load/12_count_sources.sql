-- The numbers of each source of the batch.
insert into ingest.batch_source (
    run_id,
    batch_id,
    source_id,
    discovered,
    known,
    captured,
    cleaned,
    versions,
    endpoints_visited,
    endpoints_failed
)
select
    %(run_id)s,
    %(batch_id)s,
    staged_source.source_id,
    (select count(*) from batch_discovery where batch_discovery.source_id = staged_source.source_id),
    staged_source.known,
    (select count(*) from batch_capture where batch_capture.source_id = staged_source.source_id),
    (select count(*) from batch_article where batch_article.source_id = staged_source.source_id),
    (select count(*) from batch_version where batch_version.source_id = staged_source.source_id),
    (select count(*) from batch_endpoint where batch_endpoint.source_id = staged_source.source_id),
    (
        select count(*)
        from batch_endpoint
        where batch_endpoint.source_id = staged_source.source_id
            and not batch_endpoint.is_good
    )
from staged_source;
