-- Articles as they read at a moment.
set local role dateline_owner;

create or replace function news.article_as_of(
    moment timestamptz,
    from_at timestamptz default '-infinity',
    until_at timestamptz default 'infinity'
)
returns table (
    article_id bigint,
    source_id text,
    url text,
    published_at timestamptz,
    published_precision text,
    language text,
    dateline_place text,
    authors text[],
    agencies text[],
    title text,
    text text,
    word_count integer,
    version_number integer,
    fetched_at timestamptz,
    first_fetched_at timestamptz,
    withdrawn_at timestamptz,
    withdrawn_reason text
)
language sql
stable
parallel safe
as $$
    select
        article.article_id,
        article.source_id,
        article.url,
        case when earlier.version_number is null then article.published_at else earlier.published_at end,
        case when earlier.version_number is null then article.published_precision else earlier.published_precision end,
        case when earlier.version_number is null then article.language else earlier.language end,
        case when earlier.version_number is null then article.dateline_place else earlier.dateline_place end,
        coalesce(earlier.authors, article.authors),
        coalesce(earlier.agencies, article.agencies),
        coalesce(earlier.title, article.title),
        coalesce(earlier.text, article.text),
        coalesce(earlier.word_count, article.word_count),
        coalesce(earlier.version_number, article.version_number),
        coalesce(earlier.fetched_at, article.fetched_at),
        article.first_fetched_at,
        withdrawal.missing_since,
        withdrawal.reason
    from news.article
    -- Nothing is looked up for an article that has not changed since. The page that was newest then; of its readings
    -- the newest. A page may have been seen with a text before the fetch that its version names.
    left join lateral (
        select version.*
        from news.article_version as version
        where version.article_id = article.article_id
            and article.fetched_at > moment
        order by
            version.fetched_at <= moment desc,
            case when version.fetched_at <= moment then version.fetched_at end desc,
            version.fetched_at,
            version.version_number desc
        limit 1
    ) as earlier
        on true
    left join lateral (
        select
            withdrawn.missing_since,
            withdrawn.reason
        from news.article_event as withdrawn
        where withdrawn.article_id = article.article_id
            and withdrawn.event = 'withdrawn'
            and withdrawn.missing_since <= moment
            and not exists (
                select
                from news.article_event as restored
                where restored.article_id = withdrawn.article_id
                    and restored.event = 'restored'
                    and restored.observed_at > withdrawn.missing_since
                    and restored.observed_at <= moment
            )
        order by withdrawn.missing_since desc
        limit 1
    ) as withdrawal
        on true
    where article.first_fetched_at <= moment
        and (
            (article.published_at >= from_at and article.published_at < until_at)
            or (
                article.published_at is null
                and article.first_fetched_at >= from_at
                and article.first_fetched_at < until_at
            )
        )
$$;

comment on function news.article_as_of(timestamptz, timestamptz, timestamptz) is
    'Articles as they read at a moment, as far as we had looked: the text of the page that we had fetched last by '
    'then, in our best reading of that page, which may be newer than the moment. '
    'moment: that moment. from_at, until_at: only articles published from the one up to before the other (by what '
    'news.article says now); those without a date count by when they were first fetched; without both, all. '
    'Result: the columns of news.article as of that moment; url and first_fetched_at as they are now; '
    'version_number and fetched_at: the version that was current; withdrawn_at, withdrawn_reason: since when and why '
    'its page was missing then; null: it stood. Articles that we first saw later are left out.';
