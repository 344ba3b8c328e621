-- From what a user types to what PostgreSQL looks for. Any text is a query; none is an error.
set local role dateline_owner;

-- Extensions may have been made elsewhere before us: what they offer is found where they are, and nowhere else.
select
    set_config(
        'search_path',
        'pg_catalog, ' || string_agg(distinct quote_ident(namespace.nspname), ', ') || ', pg_temp',
        true
    )
from pg_catalog.pg_extension as extension
inner join pg_catalog.pg_namespace as namespace
    on namespace.oid = extension.extnamespace
where extension.extname = 'pg_trgm';

create or replace function ingest.read_search_terms(query text) returns table (
    group_number integer,
    words text[],
    is_prefix boolean,
    is_excluded boolean
)
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
    plain text := translate(left(query, 1000), U&'\201c\201d\201e\00ab\00bb', '"""""');
    part text[];
    joins boolean := false;
    terms integer := 0;
    last_group integer := 0;
begin
    if (length(plain) - length(replace(plain, '"', ''))) % 2 = 1 then
        plain := regexp_replace(plain, '"([^"]*)$', ' \1');
    end if;
    for part in
        select matched
        from regexp_matches(plain, '(-?)(?:"([^"]*)"|([^\s"]+))', 'g') as matched
    loop
        if part[2] is null and part[1] = '' and part[3] in ('OR', '|') then
            joins := last_group > 0;
            continue;
        end if;
        words := array_remove(string_to_array(ingest.fold_search_text(coalesce(part[2], part[3]), true), ' '), '');
        continue when words is null or cardinality(words) = 0;
        exit when terms = 32;
        terms := terms + 1;
        is_excluded := part[1] = '-';
        -- One letter begins too many words.
        is_prefix := coalesce(right(part[3], 1) = '*', false) and length(words[cardinality(words)]) > 1;
        if is_excluded then
            group_number := 0;
        else
            last_group := last_group + case when joins then 0 else 1 end;
            group_number := last_group;
        end if;
        joins := false;
        return next;
    end loop;
end
$$;

comment on function ingest.read_search_terms(text) is
    'Terms of a query: what stands in one group is joined by OR; words of a term follow each other. At most 32, from the '
    'first 1,000 characters.';

create or replace function ingest.make_search_term(
    configuration regconfig,
    words text[],
    is_prefix boolean,
    is_exact boolean
) returns tsquery
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set client_min_messages = warning -- PostgreSQL remarks on stop words and on words that are too long
as $$
declare
    last_word constant text := words[cardinality(words)];
    is_pair_begun constant boolean := last_word ~
        '^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff]$';
    before text := array_to_string(words, ' ');
    made tsquery;
    ending tsquery;
begin
    if is_prefix or is_pair_begun then
        before := array_to_string(words[:cardinality(words) - 1], ' ');
        ending := to_tsquery(
            configuration,
            '''' || replace(replace(last_word, '\', '\\'), '''', '''''') || ''':*'
        );
    end if;
    made := case when is_exact then phraseto_tsquery(configuration, before) else plainto_tsquery(configuration, before) end;
    -- Some stemmers shorten what they have shortened: what is left of «depremler» is «deprem», and of that «depre».
    if cardinality(words) = 1 and numnode(made) > 0 and made <> plainto_tsquery('pg_catalog.simple', before) then
        made := made || plainto_tsquery('pg_catalog.simple', before);
    end if;
    return case
        when numnode(ending) > 0 and numnode(made) > 0 and is_exact then made <-> ending
        when numnode(ending) > 0 then made && ending
        else made
    end;
end
$$;

comment on function ingest.make_search_term(regconfig, text[], boolean, boolean) is
    'A term as a tsquery; not exact: all its words, in any order and place, which an index alone can tell.';

create or replace function ingest.make_search_query(
    configuration regconfig,
    query text,
    is_exact boolean
) returns tsquery
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set client_min_messages = warning -- PostgreSQL remarks on stop words and on words that are too long
as $$
declare
    term record;
    made tsquery;
    excluded tsquery;
    alternatives tsquery;
    known_group integer := 0;
    result tsquery := '';
begin
    for term in
        select *
        from ingest.read_search_terms(query)
        order by group_number
    loop
        made := ingest.make_search_term(configuration, term.words, term.is_prefix, is_exact);
        continue when numnode(made) = 0; -- stop words
        if term.is_excluded then
            -- Without the order of words more would be excluded than is meant.
            if is_exact or cardinality(term.words) = 1 then
                excluded := coalesce(excluded || made, made);
            end if;
        elsif term.group_number = known_group then
            alternatives := alternatives || made;
        else
            result := result && coalesce(alternatives, '');
            alternatives := made;
            known_group := term.group_number;
        end if;
    end loop;
    result := result && coalesce(alternatives, '');
    return case when numnode(result) > 0 and excluded is not null then result && !!excluded else result end;
end
$$;

comment on function ingest.make_search_query(regconfig, text, boolean) is
    'A query as a tsquery, read in one language; empty: it holds no word to look for. Not exact: what an index alone '
    'can tell, which finds all of the exact one and more.';

create or replace function ingest.exact_lexeme(lexeme text) returns tsquery
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select ('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''')::tsquery
$$;

comment on function ingest.exact_lexeme(text) is 'A tsquery of one lexeme, taken as it is.';

create or replace function ingest.any_lexeme(prefix text, names text[]) returns tsquery
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(string_agg(ingest.exact_lexeme(prefix || name)::text, ' | ')::tsquery, ingest.exact_lexeme(prefix))
    from unnest(names) as name
$$;

comment on function ingest.any_lexeme(text, text[]) is
    'A tsquery for any of these names behind the prefix; for no name, one that nothing matches.';

create or replace function ingest.any_search_word(configuration regconfig, query text) returns tsquery
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set client_min_messages = warning -- PostgreSQL remarks on stop words and on words that are too long
as $$
declare
    term record;
    word text;
    made tsquery := '';
begin
    for term in
        select *
        from ingest.read_search_terms(query)
        where not is_excluded
    loop
        foreach word in array term.words loop
            made := made || ingest.make_search_term(
                configuration,
                array[word],
                term.is_prefix and word = term.words[cardinality(term.words)],
                false
            );
        end loop;
    end loop;
    return made;
end
$$;

comment on function ingest.any_search_word(regconfig, text) is 'A tsquery for any word that a query looks for.';

create or replace function ingest.similar_words(word text) returns text[]
language sql
stable
parallel safe
set search_path from current
as $$
    select array[similar_words.word] || coalesce(array_agg(near.word), '{}')
    from (
        select
            search_word.word,
            similarity(search_word.letters, ingest.search_letters(similar_words.word)) as likeness
        from ingest.search_word
        where search_word.letters % ingest.search_letters(similar_words.word)
            and search_word.word <> similar_words.word
            and similarity(search_word.letters, ingest.search_letters(similar_words.word)) >= 0.3
        group by
            search_word.word,
            search_word.letters
        order by
            likeness desc,
            search_word.word
        limit 12
    ) as near
$$;

comment on function ingest.similar_words(text) is 'The word, and words of titles that are spelt like it.';

create or replace function ingest.title_similarity(folded_query text, title text) returns real
language sql
stable
parallel safe
set search_path from current
as $$
    select
        word_similarity(
            ingest.search_letters(folded_query),
            ingest.search_letters(ingest.fold_search_text(left(title, 2000)))
        )
$$;

comment on function ingest.title_similarity(text, text) is 'How much a title is like a folded query: 0 to 1.';

revoke all on function ingest.any_lexeme(text, text[]) from public;
revoke all on function ingest.any_search_word(regconfig, text) from public;
revoke all on function ingest.similar_words(text) from public;
revoke all on function ingest.title_similarity(text, text) from public;
revoke all on function ingest.read_search_terms(text) from public;
revoke all on function ingest.make_search_term(regconfig, text[], boolean, boolean) from public;
revoke all on function ingest.make_search_query(regconfig, text, boolean) from public;
revoke all on function ingest.exact_lexeme(text) from public;
