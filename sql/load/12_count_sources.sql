-- The numbers of each source of the batch, and how well its articles are filled.
create temporary table batch_fields on commit drop as
with articles as (
    select
        newest.source_id,
        staged.authors,
        staged.published_at,
        staged.published_precision,
        staged.dateline_place,
        staged.section,
        staged.image_url,
        ln(staged.word_count) as log_words
    from batch_newest as newest
    inner join staged_article as staged
        on staged.line = newest.line
)

select
    source_id,
    jsonb_build_object(
        'articles', count(*),
        'author', count(*) filter (where cardinality(authors) > 0),
        'date', count(*) filter (where published_at is not null),
        'time', count(*) filter (where published_precision in ('second', 'minute')),
        'dateline', count(*) filter (where dateline_place is not null),
        'section', count(*) filter (where section is not null),
        'image', count(*) filter (where image_url is not null),
        'log_words', round(sum(log_words)::numeric, 4),
        'log_words_squared', round(sum(log_words * log_words)::numeric, 4)
    ) as field_counts
from articles
group by source_id;

create temporary table batch_count on commit drop as
select
    source_id,
    count(*) filter (where kind = 'discovery') as discovered,
    count(*) filter (where kind = 'capture') as captured,
    count(*) filter (where kind = 'article') as cleaned,
    count(*) filter (where kind = 'version') as versions,
    count(*) filter (where kind in ('visit', 'failure')) as endpoints_visited,
    count(*) filter (where kind = 'failure') as endpoints_failed
from (
    select source_id, 'discovery' as kind
    from batch_discovery
    union all
    select source_id, 'capture'
    from batch_capture
    union all
    select source_id, 'article'
    from batch_article
    union all
    select source_id, 'version'
    from batch_version
    union all
    select source_id, case when is_good then 'visit' else 'failure' end
    from batch_endpoint
) as counted
group by source_id;

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
    endpoints_failed,
    field_counts
)
select
    %(run_id)s,
    %(batch_id)s,
    staged_source.source_id,
    coalesce(batch_count.discovered, 0),
    staged_source.known,
    coalesce(batch_count.captured, 0),
    coalesce(batch_count.cleaned, 0),
    coalesce(batch_count.versions, 0),
    coalesce(batch_count.endpoints_visited, 0),
    coalesce(batch_count.endpoints_failed, 0),
    coalesce(batch_fields.field_counts, '{}')
from staged_source
left join batch_count
    on batch_count.source_id = staged_source.source_id
left join batch_fields
    on batch_fields.source_id = staged_source.source_id;
