-- Articles that have a paragraph which counts otherwise now are judged anew.
insert into ingest.story_pending (article_id)
select distinct article_id
from ingest.story_paragraph
where paragraph_hash = any(%(paragraph_hashes)s::bigint[])
    and article_id <> all(%(article_ids)s::bigint[])
order by article_id
