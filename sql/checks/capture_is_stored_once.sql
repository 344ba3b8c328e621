-- A place in the archive is one capture: its instant, which is in the key for the months' sake, is always the same.
select
    archive_file,
    archive_offset,
    count(*) as captures
from ingest.capture
group by
    archive_file,
    archive_offset
having count(*) > 1
order by
    archive_file,
    archive_offset
