-- Pages to clean again. An article's captures stay together, in the order of time.
select record
from ingest.capture
where is_page
    and (%(since)s::timestamptz is null or fetched_at >= %(since)s)
    and (%(until)s::timestamptz is null or fetched_at < %(until)s)
    and (cardinality(%(only)s::text[]) = 0 or source_id = any(%(only)s::text[]))
    and (%(extractor)s::text is null or extractor_version is distinct from %(extractor)s)
order by
    source_id,
    final_url_key,
    fetched_at,
    archive_file,
    archive_offset
