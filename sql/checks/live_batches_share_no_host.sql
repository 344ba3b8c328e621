-- No host is in two batches that are under way: politeness depends on it.
select
    host,
    count(*) as batches
from ingest.batch
cross join lateral unnest(batch.hosts) as taken (host)
where batch.state = 'planned'
group by host
having count(*) > 1
order by host
