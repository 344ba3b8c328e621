-- What does not add up in the records of the batch, by source and fault, with an example.
--
-- The files are held to each other and to the crawl's own count: a line that is missing, doubled or extra in any one
-- of them shows. What the crawl left behind without a report is held to its outcomes alone.
with taken_on as (
    select
        record ->> 'source_id' as source_id,
        record ->> 'url_key' as url_key,
        min(record ->> 'url') as url,
        count(*) as lines
    from staged_discovery
    group by
        record ->> 'source_id',
        record ->> 'url_key'
),

fetched as (
    select
        record ->> 'source_id' as source_id,
        record ->> 'url_key' as url_key,
        min(record ->> 'url') as url,
        count(*) as lines
    from staged_fetch
    group by
        record ->> 'source_id',
        record ->> 'url_key'
),

noted as (
    select
        record ->> 'archive_file' as archive_file,
        (record ->> 'archive_offset')::bigint as archive_offset,
        count(*) as lines
    from staged_capture
    group by
        record ->> 'archive_file',
        (record ->> 'archive_offset')::bigint
),

cleaned as (
    select
        archive_file,
        archive_offset,
        count(*) as lines
    from (
        select
            archive_file,
            archive_offset
        from staged_article
        union all
        select
            record #>> '{capture,archive_file}',
            (record #>> '{capture,archive_offset}')::bigint
        from staged_rejection
    ) as reading
    group by
        archive_file,
        archive_offset
),

page as (
    select
        batch_capture.source_id,
        batch_capture.url_key,
        batch_capture.url,
        coalesce(noted.lines, 0) as noted_lines,
        coalesce(cleaned.lines, 0) as cleaned_lines
    from batch_capture
    left join noted
        on noted.archive_file = batch_capture.archive_file
        and noted.archive_offset = batch_capture.archive_offset
    left join cleaned
        on cleaned.archive_file = batch_capture.archive_file
        and cleaned.archive_offset = batch_capture.archive_offset
    where noted.lines > 0
        or cleaned.lines > 0
),

told as (
    select record
    from staged_capture
    union all
    select capture
    from staged_article
    where capture is not null
    union all
    select record -> 'capture'
    from staged_rejection
),

at_odds as (
    select
        min(record ->> 'source_id') as source_id,
        min(record ->> 'url') as url
    from told
    group by
        record ->> 'archive_file',
        record ->> 'archive_offset'
    having count(
        distinct (record -> 'source_id', record -> 'url_key', record -> 'final_url_key', record -> 'payload_sha256')
    ) > 1
),

fault as (
    select
        batch_discovery.source_id,
        'have no outcome' as fault,
        batch_discovery.url
    from batch_discovery
    left join batch_result
        on batch_result.source_id = batch_discovery.source_id
        and batch_result.url_key = batch_discovery.url_key
    where batch_result.outcome is null
    union all
    select
        batch_result.source_id,
        'ended and were never taken on',
        coalesce(fetched.url, batch_result.url_key)
    from batch_result
    left join batch_discovery
        on batch_discovery.source_id = batch_result.source_id
        and batch_discovery.url_key = batch_result.url_key
    left join fetched
        on fetched.source_id = batch_result.source_id
        and fetched.url_key = batch_result.url_key
    where batch_discovery.url_key is null
    union all
    select
        page.source_id,
        'were captured and never taken on',
        page.url
    from page
    left join taken_on
        on taken_on.source_id = page.source_id
        and taken_on.url_key = page.url_key
    where %(is_crawled)s
        and taken_on.url_key is null
    union all
    select
        taken_on.source_id,
        'were taken on more than once',
        taken_on.url
    from taken_on
    where %(is_crawled)s
        and taken_on.lines > 1
    union all
    select
        fetched.source_id,
        'ended more than once',
        fetched.url
    from fetched
    where %(is_crawled)s
        and fetched.lines > 1
    union all
    select distinct
        page.source_id,
        'have a page and ended without one',
        page.url
    from page
    inner join fetched
        on fetched.source_id = page.source_id
        and fetched.url_key = page.url_key
    where %(is_crawled)s
    union all
    select
        page.source_id,
        'have a capture that clean did not read',
        page.url
    from page
    where page.cleaned_lines = 0
    union all
    select
        page.source_id,
        'have a capture that clean read more than once',
        page.url
    from page
    where page.cleaned_lines > 1
    union all
    select
        page.source_id,
        'were read from a capture that the crawl did not note',
        page.url
    from page
    where %(is_crawled)s
        and page.noted_lines = 0
    union all
    select
        page.source_id,
        'have a capture that is noted more than once',
        page.url
    from page
    where page.noted_lines > 1
    union all
    select
        at_odds.source_id,
        'have a capture of which crawl and clean say different things',
        at_odds.url
    from at_odds
    union all
    select
        staged_source.source_id,
        'count is wrong: the crawl took on ' || staged_source.discovered,
        'see crawl.json'
    from staged_source
    where %(is_crawled)s
        and staged_source.discovered <> (
            select count(*)
            from taken_on
            where taken_on.source_id = staged_source.source_id
        )
)

select
    fault.source_id,
    (select count(*) from batch_discovery where batch_discovery.source_id = fault.source_id) as discovered,
    (
        select count(*)
        from batch_result
        where batch_result.source_id = fault.source_id
            and batch_result.outcome is not null
    ) as outcomes,
    fault.fault,
    count(*) as urls,
    min(fault.url) as example
from fault
group by
    fault.source_id,
    fault.fault
order by
    fault.source_id,
    fault.fault
