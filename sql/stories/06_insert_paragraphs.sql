-- Keep the first and last paragraphs, and tell which of them do not count any more, or count again.
insert into ingest.story_paragraph (
    paragraph_hash,
    title_hash,
    article_id,
    instant
)
select
    paragraph_hash,
    title_hash,
    article_id,
    instant
from stories_paragraph
order by paragraph_hash;

analyze stories_paragraph;

with met as (
    select distinct
        paragraph_hash,
        date_trunc('month', instant, 'UTC') as month
    from stories_paragraph
    where not exists (
        select
        from ingest.story_boilerplate as known
        where known.paragraph_hash = stories_paragraph.paragraph_hash
    )
),

repeated as (
    select distinct met.paragraph_hash
    from met
    cross join lateral (
        select
            paragraph.title_hash,
            paragraph.instant
        from ingest.story_paragraph as paragraph
        where paragraph.paragraph_hash = met.paragraph_hash
            and paragraph.instant >= %(since)s
            and paragraph.instant < %(until)s
        offset 0 -- look each of them up
    ) as seen
    where seen.instant >= met.month
        and seen.instant < met.month + interval '1 month'
    group by
        met.paragraph_hash,
        met.month
    having count(distinct seen.title_hash) >= %(titles)s
),

added as (
    insert into ingest.story_boilerplate (paragraph_hash)
    select paragraph_hash
    from repeated
    returning paragraph_hash
),

dropped as (
    delete from ingest.story_boilerplate
    where paragraph_hash = any(%(dropped)s::bigint[])
        and not exists (
            select
            from ingest.story_paragraph as paragraph
            where paragraph.paragraph_hash = story_boilerplate.paragraph_hash
            group by date_trunc('month', paragraph.instant, 'UTC')
            having count(distinct paragraph.title_hash) >= %(titles)s
        )
    returning paragraph_hash
)

select paragraph_hash
from added
union
select paragraph_hash
from dropped
