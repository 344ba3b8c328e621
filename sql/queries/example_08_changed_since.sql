-- What is new, edited, withdrawn or restored since a reader came last; it keeps news.loaded_until() for the next time
select
    updated_at,
    source_id,
    changes,
    title
from news.changed_since(now() - interval '1 hour')
order by updated_at desc
limit 6;
