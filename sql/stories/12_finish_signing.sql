-- Two texts stand to each other as they do: an edge that is there says the same.
insert into ingest.story_edge (
    article_id,
    other_article_id,
    relation,
    similarity
)
select
    article_id,
    other_article_id,
    relation,
    similarity
from stories_edge
order by
    article_id,
    other_article_id
on conflict (article_id, other_article_id) do nothing;

insert into ingest.story_text as known (
    article_id,
    instant,
    content_sha256
)
select
    article_id,
    instant,
    content_sha256
from stories_signed
order by article_id
on conflict (article_id) do update
set
    instant = excluded.instant,
    content_sha256 = excluded.content_sha256
where (known.instant, known.content_sha256) is distinct from (excluded.instant, excluded.content_sha256);

delete from ingest.story_pending
using stories_taken
where story_pending.pending_id = stories_taken.pending_id;

drop table if exists stories_taken, stories_paragraph, stories_band, stories_edge, stories_signed;
