-- How many articles may wait for their document.
select coalesce(sum(last_article_id - first_article_id + 1), 0)::bigint
from ingest.search_backlog
