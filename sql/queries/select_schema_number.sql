-- The number of the newest migration that is applied.
select coalesce(max(number), 0)
from ingest.migration
