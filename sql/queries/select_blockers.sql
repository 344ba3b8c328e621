-- Who keeps a session waiting for a lock, and what they do.
select
    blocker.pid,
    activity.usename,
    activity.application_name,
    activity.state,
    extract(epoch from clock_timestamp() - activity.xact_start)::integer as seconds,
    left(activity.query, 200) as query
from unnest(pg_blocking_pids(%(pid)s)) as blocker (pid)
left join pg_stat_activity as activity
    on activity.pid = blocker.pid
order by
    activity.xact_start,
    blocker.pid
