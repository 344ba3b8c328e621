-- The next articles whose story has to be found. What a load queues from here on is for the next batch.
create temporary table stories_taken on commit drop as
select
    pending_id,
    article_id
from ingest.story_pending
order by pending_id
limit %(most)s;

analyze stories_taken;
