-- Which of the sources asked for by name are paused, and why.
select
    source_id,
    coalesce(state_detail, 'its file says so')
from ingest.source_state
where source_id = any(%(only)s::text[])
    and state = 'paused'
order by source_id
