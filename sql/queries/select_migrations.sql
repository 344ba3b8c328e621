select
    number,
    name,
    content_sha256,
    applied_at
from ingest.migration
order by number
