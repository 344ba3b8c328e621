-- All articles wait for their document anew.
delete from ingest.search_backlog;

insert into ingest.search_backlog (first_article_id, last_article_id)
select
    min(article_id),
    max(article_id)
from news.article
having count(*) > 0
