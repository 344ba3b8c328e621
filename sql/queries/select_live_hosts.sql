-- Hosts that batches have in hand, those of batches whose lease ran out included until they are dealt with.
select distinct unnest(hosts)
from ingest.batch
where state = 'planned'
