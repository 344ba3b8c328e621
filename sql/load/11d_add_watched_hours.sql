-- Spans of one source never overlap; the bound is for the rounding of their seconds.
insert into ingest.source_hour as known (
    source_id,
    hour,
    watched_seconds,
    found
)
select
    source_id,
    hour,
    least(sum(watched_seconds), 3600),
    0
from batch_watch
group by
    source_id,
    hour
order by
    source_id,
    hour
on conflict (source_id, hour) do update
set watched_seconds = least(known.watched_seconds + excluded.watched_seconds, 3600)
