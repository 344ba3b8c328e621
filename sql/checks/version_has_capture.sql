-- Every version points at bytes in the archive that were captured for its source.
select
    version.article_id,
    version.version_number
from news.article_version as version
inner join news.article
    on article.article_id = version.article_id
left join ingest.capture
    on capture.archive_file = version.archive_file
    and capture.archive_offset = version.archive_offset
    and capture.fetched_at = version.fetched_at
    and capture.source_id = article.source_id
    and capture.payload_sha256 = version.payload_sha256
where capture.capture_id is null
order by
    version.article_id,
    version.version_number
