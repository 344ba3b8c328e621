-- Full-text search, as analysts call it. docs/searching.md
set local role dateline_owner;

create or replace function news.search(
    query text,
    language text default null,
    from_at timestamptz default null,
    until_at timestamptz default null,
    sources text[] default null,
    max_rows integer default 20
) returns table (
    article_id bigint,
    source_id text,
    published_at timestamptz,
    article_language text,
    title_marked text,
    snippet text,
    rank real,
    url text,
    withdrawn_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    wanted record;
begin
    wanted := ingest.read_search_query(query, language, sources);
    if wanted.wide is null then
        return;
    end if;
    return query
    with best as materialized (
        select *
        from ingest.find_documents(wanted.wide, wanted.languages, wanted.exact, from_at, until_at) as found
        order by
            found.rank desc,
            found.dated_at desc
        limit greatest(0, least(coalesce(max_rows, 20), 500))
    )

    select
        article.article_id,
        article.source_id,
        article.published_at,
        article.language,
        ingest.mark_words(article.title, ingest.search_configuration(article.language), search.query),
        ingest.mark_words(article.text, ingest.search_configuration(article.language), search.query, 35),
        best.rank,
        article.url,
        article.withdrawn_at
    from best
    inner join news.article
        on article.article_id = best.article_id
    order by
        best.rank desc,
        best.dated_at desc;
end
$$;

comment on function news.search(text, text, timestamptz, timestamptz, text[], integer) is
    'Full-text search. query: words, "a phrase", begin*, -without, this OR that. language: ISO 639, null: all. from_at, '
    'until_at: bounds of published_at, the second exclusive. sources: source_id of each, null: all. max_rows: 20 unless '
    'told, at most 500. The newest 500 articles that match are ranked, titles before texts. title_marked and snippet '
    'are plain text, words that were found between U+27E6 and U+27E7. Withdrawn articles are found too: withdrawn_at. '
    'article_language: language of the article; rank: how well it matches, for comparison within one search only.';

create or replace function news.matching_articles(
    query text,
    language text default null,
    from_at timestamptz default null,
    until_at timestamptz default null,
    sources text[] default null
) returns setof bigint
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
-- A seqscan would unpack every document of the month; the planner does not know what that costs.
set enable_seqscan = off
set jit = off
as $$
declare
    wanted record;
begin
    wanted := ingest.read_search_query(query, language, sources);
    if wanted.wide is null then
        return;
    end if;
    return query
    select document.article_id
    from ingest.search_document as document
    where document.document @@ wanted.wide
        and document.dated_at >= coalesce(from_at, '-infinity')
        and document.dated_at < coalesce(until_at, 'infinity')
        -- Nothing is dated later than it was fetched: which months these are is known before.
        and document.first_fetched_at >= coalesce(from_at, '-infinity')
        and document.document @@ wanted.exact[array_position(wanted.languages, document.language)];
end
$$;

comment on function news.matching_articles(text, text, timestamptz, timestamptz, text[]) is
    'The article_id of every article that matches, in no order: to count, or to join. query, language, from_at, until_at, '
    'sources: as of news.search, which ranks the newest 500. A common word over all years takes its time.';

create or replace function news.search_titles(
    query text,
    language text default null,
    from_at timestamptz default null,
    until_at timestamptz default null,
    sources text[] default null,
    max_rows integer default 20
) returns table (
    article_id bigint,
    source_id text,
    published_at timestamptz,
    article_language text,
    title text,
    similarity real,
    url text,
    withdrawn_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    folded constant text := ingest.fold_search_text(left(query, 1000), true);
    words constant text[] := (array_remove(string_to_array(folded, ' '), ''))[:32];
    word text;
    wide tsquery;
begin
    foreach word in array coalesce(words, '{}') loop
        wide := coalesce(wide && ingest.any_lexeme('t=', ingest.similar_words(word)), ingest.any_lexeme('t=', ingest.similar_words(word)));
    end loop;
    if wide is null then
        raise notice 'No articles: the query holds no word to look for';
        return;
    end if;
    if language is not null then
        wide := wide && ingest.exact_lexeme('l=' || lower(language));
    end if;
    if sources is not null then
        wide := wide && ingest.any_lexeme('s=', sources);
    end if;
    return query
    select
        article.article_id,
        article.source_id,
        article.published_at,
        article.language,
        article.title,
        ingest.title_similarity(folded, article.title) as similarity,
        article.url,
        article.withdrawn_at
    from ingest.find_documents(wide, null, null, from_at, until_at) as found
    inner join news.article
        on article.article_id = found.article_id
    order by
        6 desc,
        found.dated_at desc
    limit greatest(0, least(coalesce(max_rows, 20), 500));
end
$$;

comment on function news.search_titles(text, text, timestamptz, timestamptz, text[], integer) is
    'Titles that hold words like those of the query: for names and words whose spelling is not known. All words must be '
    'there, in any spelling of titles that is close. Of the newest 500 the most similar come first; similarity: 0 to 1. '
    'Otherwise as news.search, without its operators: query, language, from_at, until_at, sources, max_rows; '
    'article_language.';

revoke all on function news.matching_articles(text, text, timestamptz, timestamptz, text[]) from public;
revoke all on function news.search(text, text, timestamptz, timestamptz, text[], integer) from public;
revoke all on function news.search_titles(text, text, timestamptz, timestamptz, text[], integer) from public;
grant execute on function news.search(text, text, timestamptz, timestamptz, text[], integer)
to dateline_analyst, dateline_loader;
grant execute on function news.matching_articles(text, text, timestamptz, timestamptz, text[])
to dateline_analyst, dateline_loader;
grant execute on function news.search_titles(text, text, timestamptz, timestamptz, text[], integer)
to dateline_analyst, dateline_loader;
