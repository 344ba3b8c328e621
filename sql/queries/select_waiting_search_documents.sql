-- Takes the newest articles that wait for their document, and makes those that are missing or of another text.
create temporary table batch_waiting on commit drop as
with backlog as (
    select
        first_article_id,
        last_article_id
    from ingest.search_backlog
    order by last_article_id desc
    limit 1
    for update
)

select
    first_article_id,
    greatest(first_article_id, last_article_id - %(articles)s + 1) as from_article_id,
    last_article_id
from backlog;

-- Articles that a load is changing just now stay for later: neither waits for the other.
create temporary table batch_locked on commit drop as
select article.article_id
from batch_waiting
inner join news.article
    on article.article_id between batch_waiting.from_article_id and batch_waiting.last_article_id
for share of article skip locked;

delete from ingest.search_backlog
using batch_waiting
where search_backlog.first_article_id = batch_waiting.first_article_id;

insert into ingest.search_backlog (first_article_id, last_article_id)
select
    first_article_id,
    from_article_id - 1
from batch_waiting
where from_article_id > first_article_id
union all
select
    article.article_id,
    article.article_id
from batch_waiting
inner join news.article
    on article.article_id between batch_waiting.from_article_id and batch_waiting.last_article_id
where article.article_id not in (select article_id from batch_locked);

create temporary table batch_search on commit drop as
select
    made.*,
    known.article_id is null as is_new_article
from batch_locked
inner join ingest.searchable_article as made
    on made.article_id = batch_locked.article_id
left join ingest.search_document as known
    on known.article_id = made.article_id
where known.article_id is null
    or (known.content_hash, known.document) is distinct from (made.content_hash, made.document)
