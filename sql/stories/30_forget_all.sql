-- Forget all signatures and edges, and queue all articles. What analysts read stays until other rows replace it.
delete from ingest.story_edge;

delete from ingest.story_signature;

delete from ingest.story_band;

delete from ingest.story_paragraph;

delete from ingest.story_boilerplate;

delete from ingest.story_text;

delete from ingest.story_pending;

insert into ingest.story_pending (article_id)
select article_id
from news.article
order by article_id;
