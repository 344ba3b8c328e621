-- The responses of a URL that are in the archive.
select
    fetched_at,
    http_status,
    content_type,
    final_url,
    payload_bytes,
    is_page,
    extractor_version,
    archive_file,
    archive_offset,
    archive_length,
    payload_sha256
from ingest.capture
where source_id = %(source_id)s
    and url_key = %(url_key)s
order by
    fetched_at,
    archive_file,
    archive_offset
