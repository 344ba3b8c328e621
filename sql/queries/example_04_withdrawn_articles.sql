-- Articles that were withdrawn, how long each stood, and whether it came back
select
    missing_since,
    source_id,
    title,
    reason,
    stood_hours,
    restored_at
from news.retraction
order by observed_at desc
limit 6;
