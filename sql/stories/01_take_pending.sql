-- Few rows are looked up in tables that grow for ever: indexes are always the way, and no plan is worth compiling.
set local jit = off;

set local max_parallel_workers_per_gather = 0;

set local random_page_cost = 1;

-- The next articles whose story has to be found. What a load queues from here on is for the next batch.
create temporary table stories_taken on commit drop as
select
    pending_id,
    article_id
from ingest.story_pending
order by pending_id
limit %(most)s;

analyze stories_taken;
