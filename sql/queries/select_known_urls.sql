-- Which of a source's links are known, and when each is next due. A key that does not come back is new.
select
    url_key,
    next_due_at
from ingest.url
where source_id = %(source_id)s
    and url_key = any(%(url_keys)s)
