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
    ),
    coalesce(batch_fields.field_counts, '{}')
from staged_source
left join batch_fields
    on batch_fields.source_id = staged_source.source_id;
