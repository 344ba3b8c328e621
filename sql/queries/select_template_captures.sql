-- Pages to learn a site from: the newest capture of each of its newest articles, day after day in turn.
with pages as (
    select distinct on (final_url_key)
        record,
        fetched_at,
        archive_file,
        archive_offset
    from ingest.capture
    where source_id = %(source_id)s
        and is_page
        and fetched_at >= (
            select max(newest.fetched_at) - %(days)s * interval '1 day'
            from ingest.capture as newest
            where newest.source_id = %(source_id)s
        )
    order by
        final_url_key,
        fetched_at desc,
        archive_file,
        archive_offset
),

placed as (
    select
        pages.*,
        row_number() over (
            partition by date_trunc('day', fetched_at, 'UTC')
            order by fetched_at desc, archive_file, archive_offset
        ) as place_in_day
    from pages
)

select record
from placed
order by
    place_in_day,
    fetched_at desc,
    archive_file,
    archive_offset
limit %(most)s
