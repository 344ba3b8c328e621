-- The newest page that the archive has of an address, fetched before an instant if one is given.
select record
from ingest.capture
where source_id = %(source_id)s
    and (url_key = %(url_key)s or (final_url_key = %(url_key)s and final_url_key <> url_key))
    and is_page
    and (%(until)s::timestamptz is null or fetched_at < %(until)s)
order by
    fetched_at desc,
    archive_file,
    archive_offset
limit 1
