-- Every URL that was stored, or is a duplicate, names its article.
select
    run_id,
    batch_id,
    source_id,
    url_key
from ingest.outcome
where outcome in ('stored', 'duplicate')
    and article_id is null
order by
    run_id,
    batch_id,
    source_id,
    url_key
