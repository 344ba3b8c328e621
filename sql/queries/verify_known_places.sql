-- Which of some places in a file of the archive are known by now.
select archive_offset
from ingest.capture
where archive_file = %(archive_file)s
    and archive_offset = any(%(offsets)s::bigint[])
