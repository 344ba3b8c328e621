-- Which of a source's links are known, and when each is next due. A key that does not come back is new.
-- That a list names an article that was missing is a reason to look again; a list that is out of date is no reason to
-- look each time it is read.
select
    url_key,
    least(next_due_at, case when missing_since is not null then last_decided_at + interval '6 hours' end)
from ingest.url
where source_id = %(source_id)s
    and url_key = any(%(url_keys)s)
