-- What finds, ranks and marks for search; `news.search` and the like call it.
set local role dateline_owner;

create or replace function ingest.find_documents(
    wide tsquery,
    languages text[],
    exact tsquery[],
    from_at timestamptz,
    until_at timestamptz
) returns table (
    article_id bigint,
    dated_at timestamptz,
    rank real
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
-- A seqscan would unpack every document of the month; the planner does not know what that costs.
set enable_seqscan = off
set jit = off
as $$
declare
    -- The newest that match are ranked; of a phrase, the newest that hold its words are looked into.
    most_ranked constant integer := 500;
    most_examined constant integer := 10000;
    partition record;
    is_there boolean;
    ranked integer := 0;
    examined integer := 0;
    seen integer;
begin
    for partition in
        select
            inhrelid::regclass as name,
            (to_date(right(relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC' as ends_at
        from pg_inherits
        inner join pg_class
            on pg_class.oid = inhrelid
        where inhparent = 'ingest.search_document'::regclass
        order by relname desc
    loop
        exit when partition.ends_at <= from_at; -- nothing is dated later than it was fetched
        if until_at is not null then
            execute format(
                $query$
                select exists (
                    select
                    from %s
                    where (dated_at at time zone 'UTC') < $1 at time zone 'UTC'
                        and (dated_at at time zone 'UTC') >= coalesce($2 at time zone 'UTC', '-infinity')
                )
                $query$,
                partition.name
            )
            into is_there
            using until_at, from_at;
            continue when not is_there;
        end if;
        for article_id, dated_at, rank, seen in
            execute format(
                $query$
                with held as materialized (
                    select
                        article_id,
                        dated_at,
                        document,
                        $3[array_position($2, language)] as exact
                    from %s
                    where document @@ $1
                        and dated_at >= coalesce($4, '-infinity')
                        and dated_at < coalesce($5, 'infinity')
                    order by dated_at desc
                    limit $6
                ),

                matching as (
                    select
                        article_id,
                        dated_at,
                        document,
                        exact
                    from held
                    where $3 is null
                        or document @@ exact
                    limit $7
                )

                select
                    article_id,
                    dated_at,
                    ts_rank('{0.05, 0.2, 0.4, 1.0}', document, exact, 1),
                    null::integer
                from matching
                union all
                select
                    null,
                    null,
                    null,
                    count(*)::integer
                from held
                $query$,
                partition.name
            )
            using
                wide,
                languages,
                exact,
                from_at,
                until_at,
                most_examined - examined,
                most_ranked - ranked
        loop
            if seen is null then
                ranked := ranked + 1;
                return next;
            else
                examined := examined + seen;
            end if;
        end loop;
        exit when ranked >= most_ranked;
        if examined >= most_examined then
            raise notice 'Looked through the newest % articles that hold the words, back to %: set until_at to look further back',
                examined, (partition.ends_at - interval '1 month')::date;
            exit;
        end if;
    end loop;
end
$$;

comment on function ingest.find_documents(tsquery, text[], tsquery[], timestamptz, timestamptz) is
    'The newest articles that match, month by month from the newest: those that an index finds for the wide query, and '
    'among them those that match the exact query of their own language. See news.search.';

create or replace function ingest.mark_words(
    original text,
    configuration regconfig,
    query text,
    most_words integer default null
) returns text
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set client_min_messages = warning -- PostgreSQL remarks on stop words and on words that are too long
as $$
declare
    marks constant text := U&'\27e6\27e7';
    outside constant text := '.,:;!?()[]{}"''*-' || U&'\2026\2013\2014\2018\2019\201c\201d\201e\00ab\00bb\060c\061b\061f\06d4';
    unspaced constant text :=
        '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+';
    words constant tsquery := ingest.any_search_word(configuration, query);
    -- What stands between spaces, and the same as search reads it: one word, or more, or none.
    shown text[];
    folded text;
    hits integer[];
    starts_at integer := 1;
    ends_at integer;
    needle text;
    made text;
begin
    original := btrim(translate(left(original, 60000), marks || U&'\e001', ''), E' \t\r\n');
    if original ~ unspaced then
        starts_at := 1;
        if most_words is not null then
            select coalesce(min(nullif(strpos(original, matched[1]), 0)), 1)
            into starts_at
            from regexp_matches(query, unspaced, 'g') as matched;
            starts_at := greatest(1, starts_at - 20);
        end if;
        made := substr(original, starts_at, coalesce(most_words * 3, length(original)));
        for needle in
            select distinct matched[1]
            from regexp_matches(query, unspaced, 'g') as matched
        loop
            made := replace(made, needle, left(marks, 1) || needle || right(marks, 1));
        end loop;
        return made;
    end if;
    shown := regexp_split_to_array(original, '\s+');
    folded := ingest.fold_search_text(array_to_string(shown, U&' \e001 '));

    with holder as (
        -- For each word as search counts them, the place that it stands in.
        select array_agg(place order by place) as places
        from unnest(string_to_array(folded, U&'\e001')) with ordinality as one (piece, place)
        cross join lateral generate_series(1, regexp_count(piece, '[^ ]+'))
    ),

    hit as (
        select
            holder.places[position] as place,
            found.lexeme
        from holder
        cross join lateral unnest(to_tsvector(configuration, replace(folded, U&'\e001', ''))) as found
        cross join lateral unnest(found.positions) as position
        where array_to_tsvector(array[found.lexeme]) @@ words
    )

    select
        array_agg(distinct hit.place),
        coalesce(
            (
                -- Where most of the words stand together.
                select first.place
                from hit as first
                inner join hit as other
                    on other.place between first.place and first.place + most_words / 2
                group by first.place
                order by
                    count(distinct other.lexeme) desc,
                    first.place
                limit 1
            ) - most_words / 5,
            1
        )
    into
        hits,
        starts_at
    from hit;
    starts_at := greatest(1, starts_at);
    ends_at := least(cardinality(shown), coalesce(starts_at + most_words - 1, cardinality(shown)));
    select
        string_agg(
            case
                when place = any(hits) then
                    left(piece, length(piece) - length(ltrim(piece, outside)))
                    || left(marks, 1) || btrim(piece, outside) || right(marks, 1)
                    || right(piece, length(piece) - length(rtrim(piece, outside)))
                else piece
            end,
            ' '
            order by place
        )
    into made
    from unnest(shown[starts_at:ends_at]) with ordinality as one (piece, number)
    cross join lateral (values (number + starts_at - 1)) as numbered (place);
    return case when starts_at > 1 then U&'\2026 ' else '' end
        || replace(made, right(marks, 1) || ' ' || left(marks, 1), ' ')
        || case when ends_at < cardinality(shown) then U&' \2026' else '' end;
end
$$;

comment on function ingest.mark_words(text, regconfig, text, integer) is
    'A text with the words of a query marked, each between U+27E6 and U+27E7; with a number of words: the part of the '
    'text where most of them stand.';

create or replace function ingest.read_search_query(
    query text,
    language text,
    sources text[],
    out wide tsquery,
    out languages text[],
    out exact tsquery[]
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
    configuration regconfig;
    read_in text;
    made tsquery;
    wides text[] := '{}';
begin
    languages := '{}';
    exact := '{}';
    -- A text is stemmed by its own language, and so is the query, once for each configuration that is in use.
    for configuration in
        select distinct ingest.search_configuration(known.language)
        from ingest.search_language as known
        where read_search_query.language is null
            or known.language = lower(read_search_query.language)
    loop
        made := ingest.make_search_query(configuration, query, true);
        continue when numnode(made) = 0;
        for read_in in
            select distinct known.language
            from ingest.search_language as known
            where ingest.search_configuration(known.language) = configuration
                and (read_search_query.language is null or known.language = lower(read_search_query.language))
        loop
            languages := languages || read_in;
            exact := exact || made;
        end loop;
        wides := wides || ingest.make_search_query(configuration, query, false)::text;
    end loop;
    if languages = '{}' then
        raise notice 'No articles: the query holds no word to look for%',
            case when language is null then '' else format(' in the language %L', language) end;
        return;
    end if;
    select string_agg(distinct '(' || one || ')', ' | ')::tsquery
    into wide
    from unnest(wides) as one;
    if language is not null then
        wide := wide && ingest.exact_lexeme('l=' || lower(language));
    end if;
    if sources is not null then
        wide := wide && ingest.any_lexeme('s=', sources);
    end if;
end
$$;

comment on function ingest.read_search_query(text, text, text[]) is
    'A query as an index can answer it (wide), and as each language means it (languages, exact: one for one); wide is '
    'null where the query holds no word to look for.';

revoke all on function ingest.find_documents(tsquery, text[], tsquery[], timestamptz, timestamptz) from public;
revoke all on function ingest.mark_words(text, regconfig, text, integer) from public;
revoke all on function ingest.read_search_query(text, text, text[]) from public;
