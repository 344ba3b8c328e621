-- Responses to compare with the archive, file by file in the order of their bytes: those that versions were read from
-- (a sample of them, or all), and with all of them those that were kept and that no version was read from.
with chosen as (
    select
        version.article_id,
        version.version_number
    from news.article_version as version
    inner join news.article
        on article.article_id = version.article_id
    where (%(source_id)s::text is null or article.source_id = %(source_id)s)
        and (%(since)s::timestamptz is null or version.fetched_at >= %(since)s)
        and (%(until)s::timestamptz is null or version.fetched_at < %(until)s)
    -- By a hash, so that a seed makes the same choice again, wherever the rows stand.
    order by
        case
            when %(sample)s::bigint is not null
                then md5(format('%%s/%%s/%%s', %(seed)s::bigint, version.article_id, version.version_number))
        end
    limit %(sample)s::bigint
),

response as (
    select
        version.article_id,
        version.version_number,
        article.source_id,
        version.url,
        version.fetched_at,
        version.archive_file,
        version.archive_offset,
        version.archive_length,
        version.payload_sha256,
        capture.final_url,
        capture.fetched_at as captured_at,
        capture.http_status,
        capture.payload_bytes,
        capture.record
    from chosen
    inner join news.article_version as version
        on version.article_id = chosen.article_id
        and version.version_number = chosen.version_number
    inner join news.article
        on article.article_id = version.article_id
    left join ingest.capture
        on capture.archive_file = version.archive_file
        and capture.archive_offset = version.archive_offset
    union all
    select
        null,
        null,
        capture.source_id,
        capture.final_url,
        capture.fetched_at,
        capture.archive_file,
        capture.archive_offset,
        capture.archive_length,
        capture.payload_sha256,
        capture.final_url,
        capture.fetched_at,
        capture.http_status,
        capture.payload_bytes,
        capture.record
    from ingest.capture
    where %(sample)s::bigint is null
        and (%(source_id)s::text is null or capture.source_id = %(source_id)s)
        and (%(since)s::timestamptz is null or capture.fetched_at >= %(since)s)
        and (%(until)s::timestamptz is null or capture.fetched_at < %(until)s)
        and not exists (
            select
            from news.article_version as version
            where version.archive_file = capture.archive_file
                and version.archive_offset = capture.archive_offset
        )
)

select
    article_id,
    version_number,
    source_id,
    url,
    fetched_at,
    archive_file,
    archive_offset,
    archive_length,
    payload_sha256,
    final_url,
    captured_at,
    http_status,
    payload_bytes,
    (record ->> 'rendered_offset')::bigint as rendered_offset,
    (record ->> 'rendered_length')::bigint as rendered_length,
    record ->> 'rendered_sha256' as rendered_sha256,
    count(*) over () as total
from response
-- Folder by folder, as the archive is walked.
order by
    string_to_array(archive_file, '/') collate "C",
    archive_offset,
    article_id,
    version_number
