-- Who reported first, who followed, and how many independent reports there are.
set local role dateline_owner;

create or replace view news.first_report as
select
    story.story_id,
    story.family_id,
    story.title,
    story.language,
    story.source_count,
    story.first_source_id,
    story.first_article_id,
    story.first_published_at,
    story.first_seen_at,
    member.article_id,
    article.source_id,
    article.url,
    member.relation,
    member.article_id = story.first_article_id as is_first,
    article.published_at,
    article.published_precision,
    article.first_fetched_at,
    case
        when article.published_precision <> 'day' and first_article.published_precision <> 'day'
            then round(extract(epoch from article.published_at - first_article.published_at) / 60)
    end as delay_minutes,
    round(extract(epoch from article.first_fetched_at - story.first_seen_at) / 60) as seen_delay_minutes,
    greatest(story.updated_at, member.updated_at, article.updated_at) as updated_at
from news.story
inner join news.story_article as member
    on member.story_id = story.story_id
inner join news.article
    on article.article_id = member.article_id
inner join news.article as first_article
    on first_article.article_id = story.first_article_id;

comment on view news.first_report is
    'Who published each story first and how long the others took, a row an article of a story. Of one story: '
    'where story_id = … order by is_first desc, published_at. All of a story are copies of one report: who came later '
    'is no second witness.';
comment on column news.first_report.story_id is 'The story.';
comment on column news.first_report.family_id is 'Family of related stories; news.story says more.';
comment on column news.first_report.title is 'Headline of the first article.';
comment on column news.first_report.language is 'Language of the first article, ISO 639.';
comment on column news.first_report.source_count is 'Number of sources that carry the story.';
comment on column news.first_report.first_source_id is 'Source that published it first, as far as the outlets say.';
comment on column news.first_report.first_article_id is 'Its article.';
comment on column news.first_report.first_published_at is 'When that was published; null: no article of the story says.';
comment on column news.first_report.first_seen_at is 'When we first fetched any article of the story.';
comment on column news.first_report.article_id is 'Article of the story: the first one, or one that followed.';
comment on column news.first_report.source_id is 'Source of that article.';
comment on column news.first_report.url is 'Address of that article.';
comment on column news.first_report.relation is 'How its text stands to the first: first, copy, light_edit or part.';
comment on column news.first_report.is_first is 'Whether it is the first article itself.';
comment on column news.first_report.published_at is 'When its outlet says it was published; null: it does not say.';
comment on column news.first_report.published_precision is 'How exact published_at is: second, minute or day.';
comment on column news.first_report.first_fetched_at is 'When we first fetched it.';
comment on column news.first_report.delay_minutes is
    'Minutes that it was published after the first, by what the outlets say; null: one of them says no time of day.';
comment on column news.first_report.seen_delay_minutes is
    'Minutes that we fetched it after the first article of the story that we saw: does not rest on what outlets say, '
    'but on when we looked.';
comment on column news.first_report.updated_at is 'When any part of this row last changed.';

create or replace function news.source_agreement(
    from_at timestamptz default now() - interval '30 days',
    until_at timestamptz default 'infinity'
)
returns table (
    source_id text,
    other_source_id text,
    story_count bigint,
    first_count bigint,
    other_first_count bigint,
    median_lag_minutes numeric
)
language sql
stable
parallel safe
as $$
    with carried as (
        -- A source's first article of the story speaks for it.
        select distinct on (story.story_id, article.source_id)
            story.story_id,
            story.first_source_id,
            article.source_id,
            case when article.published_precision <> 'day' then article.published_at end as published_at
        from news.story
        inner join news.story_article as member
            on member.story_id = story.story_id
        inner join news.article
            on article.article_id = member.article_id
        where story.first_seen_at >= from_at
            and story.first_seen_at < until_at
            and story.source_count > 1
        order by
            story.story_id,
            article.source_id,
            article.published_at,
            article.first_fetched_at
    )

    select
        one.source_id,
        other.source_id,
        count(*),
        count(*) filter (where one.first_source_id = one.source_id),
        count(*) filter (where one.first_source_id = other.source_id),
        round(
            (
                percentile_cont(0.5) within group (
                    order by extract(epoch from other.published_at - one.published_at)
                ) / 60
            )::numeric,
            1
        )
    from carried as one
    inner join carried as other
        on other.story_id = one.story_id
        and other.source_id > one.source_id
    group by
        one.source_id,
        other.source_id
$$;

comment on function news.source_agreement(timestamptz, timestamptz) is
    'Pairs of sources that carry the same stories: who has it from whom, or both from an agency. '
    'from_at, until_at: stories that we first saw from the one up to before the other; else of the last 30 days. '
    'Result: source_id, other_source_id: the pair, once, in the order of the alphabet; story_count: stories that both '
    'carry; first_count, other_first_count: of these, how often the one or the other was first of all sources; '
    'median_lag_minutes: how much later the other source published, in the middle case: negative where it is the '
    'sooner one; null where no dates with a time of day are known.';

create or replace function news.independent_report(article_ids bigint[])
returns table (
    article_count bigint,
    source_count bigint,
    report_count bigint,
    family_count bigint,
    first_source_count bigint,
    first_source_ids text[],
    agencies text[],
    unsorted_count bigint
)
language sql
stable
parallel safe
as $$
    with matching as (
        select
            article.article_id,
            article.source_id,
            member.story_id is null as is_unsorted,
            coalesce(member.story_id, article.article_id) as story_id,
            coalesce(story.family_id, article.article_id) as family_id,
            coalesce(story.first_source_id, article.source_id) as first_source_id,
            coalesce(story.agencies, article.agencies) as agencies
        from news.article
        left join news.story_article as member
            on member.article_id = article.article_id
        left join news.story
            on story.story_id = member.story_id
        where article.article_id = any(article_ids)
    )

    select
        count(*),
        count(distinct source_id),
        count(distinct story_id),
        count(distinct family_id),
        count(distinct first_source_id),
        coalesce(array_agg(distinct first_source_id) filter (where first_source_id is not null), '{}'),
        (
            select coalesce(array_agg(distinct agency), '{}')
            from matching as credited
            cross join lateral unnest(credited.agencies) as agency
        ),
        count(*) filter (where is_unsorted)
    from matching
$$;

comment on function news.independent_report(bigint[]) is
    'How many independent reports a claim has. article_ids: the articles that make the claim, as in '
    'array(select article_id from news.article where published_at >= … and text ilike …). '
    'Result, one row: article_count, source_count: how many articles and sources; report_count: stories, that is '
    'with copies of one report counted once; family_count: the same, with reports that share words or differ in '
    'numbers only counted once; first_source_count, first_source_ids: distinct sources that these stories began with: '
    'the number to cite as «independent» is no more than this; agencies: whom they credit: two sources that credit one '
    'agency may have one origin; unsorted_count: articles that no story is known of yet, counted as one each.';
