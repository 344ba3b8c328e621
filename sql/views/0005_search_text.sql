-- How the text of articles and of queries is read for search. Who changes what it makes of a text must have all
-- documents made anew: `dateline db reindex-search --all`.
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
where extension.extname = 'unaccent';

create or replace function ingest.fold_search_text(original text, is_query boolean default false) returns text
language plpgsql
stable
parallel safe
set search_path from current
as $$
declare
    folded text := original;
    is_ascii boolean := octet_length(original) = length(original);
begin
    -- Composed and compatible forms: letters with marks of their own, Arabic presentation forms, full width, ligatures.
    if not is_ascii
        and folded ~ '[\u0300-\u036f\u0653-\u0655\u1100-\u11ff\u3099\u309a\uf900-\ufdff\ufe70-\ufefc\uff10-\uffef]' then
        folded := normalize(folded, nfkc);
    end if;
    -- Invisible marks inside words.
    if not is_ascii then
        folded := regexp_replace(folded, '[\u00ad\u034f\u180e\u200d-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]', '', 'g');
    end if;
    folded := lower(unaccent(folded));
    if not is_ascii then
        if folded ~ '[\u0600-\u06ff]' then
            -- Vowel signs and tatweel.
            folded := regexp_replace(folded, '[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]', '', 'g');
            -- Alef with anything, and waw and ya with hamza; maqsura, Persian ya and bari ye.
            folded := regexp_replace(folded, '[\u0622\u0623\u0625\u0671-\u0673\u0675]', U&'\0627', 'g');
            folded := regexp_replace(folded, '[\u0626\u0649\u06cc\u06ce\u06d0-\u06d3]', U&'\064a', 'g');
            folded := regexp_replace(folded, '[\u0624\u06c4\u06c6\u06c7]', U&'\0648', 'g');
            -- The forms of he; at the end of a word it is ta marbuta, which the stemmer knows what to do with. Persian kaf.
            folded := regexp_replace(folded, '[\u0629\u06be\u06c0-\u06c3\u06d5]', U&'\0647', 'g');
            folded := regexp_replace(folded, '\u0647(?![\u0620-\u06d3])', U&'\0629', 'g');
            folded := regexp_replace(folded, '[\u06a9\u06aa]', U&'\0643', 'g');
            if folded ~ '[\u0660-\u0669\u06f0-\u06f9]' then
                folded := translate(
                    folded,
                    U&'\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06f0\06f1\06f2\06f3\06f4\06f5\06f6\06f7\06f8\06f9',
                    '01234567890123456789'
                );
            end if;
        end if;
        folded := replace(folded, U&'\03c2', U&'\03c3');
        if folded ~ '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]' then
            folded := ingest.split_unspaced_text(folded, is_query);
        end if;
    end if;
    -- Whatever is no letter or digit divides words. By ranges: character classes mean another thing in each locale.
    return regexp_replace(
        folded,
        '[\u0001-\u001f\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf'
        '\u00d7\u00f7\u02b9-\u02df\u0589\u058a\u05be\u05c0\u05f3\u05f4\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965'
        '\u2000-\u206f\u20a0-\u20ff\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3030\u303d-\u303f\u30fb'
        '\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\ufffd]+',
        ' ',
        'g'
    );
end
$$;

comment on function ingest.fold_search_text(text, boolean) is
    'Text as search compares it: no case, accents or punctuation, one form for the variants of Arabic letters and '
    'digits; scripts that write no spaces in pairs of characters.';

create or replace function ingest.split_unspaced_text(original text, is_query boolean) returns text
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
    with letter as (
        select
            character,
            place,
            character ~ '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff]'
                as is_unspaced
        from unnest(string_to_array(original, null)) with ordinality as one (character, place)
    ),

    neighbour as (
        select
            character,
            place,
            is_unspaced,
            lag(is_unspaced, 1, false) over following as follows_one,
            lead(is_unspaced, 1, false) over following as precedes_one,
            lead(character) over following as next_character
        from letter
        window following as (order by place)
    )

    select
        string_agg(
            case
                when not is_unspaced then character
                when precedes_one then ' ' || character || next_character || ' '
                -- The last of a row also by itself, so that one character finds it; a query of more has it in the pair.
                when follows_one and is_query then ''
                else ' ' || character || ' '
            end,
            ''
            order by place
        )
    from neighbour
$$;

comment on function ingest.split_unspaced_text(text, boolean) is
    'Chinese, Japanese, Thai, Lao, Burmese and Khmer in overlapping pairs of characters, other scripts as they are.';

create or replace function ingest.search_letters(folded text) returns text
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
    select
        case
            when octet_length(folded) = length(folded) then folded
            else (
                select
                    string_agg(
                        case
                            when ascii(letter) < 128 then letter
                            else substr('abcdefghijklmnopqrstuvwxyz0123456789', ascii(letter) % 36 + 1, 1)
                        end,
                        ''
                        order by place
                    )
                from unnest(string_to_array(folded, null)) with ordinality as one (letter, place)
            )
        end
$$;

comment on function ingest.search_letters(text) is
    'Folded text with an ASCII letter for each other one: in a database whose LC_CTYPE is C, trigrams know no others.';

create or replace function ingest.search_configuration(language text) returns regconfig
language sql
immutable
parallel safe
as $$
    select
        case language
            when 'ar' then 'pg_catalog.arabic'
            when 'ca' then 'pg_catalog.catalan'
            when 'da' then 'pg_catalog.danish'
            when 'de' then 'pg_catalog.german'
            when 'el' then 'pg_catalog.greek'
            when 'en' then 'pg_catalog.english'
            when 'es' then 'pg_catalog.spanish'
            when 'eu' then 'pg_catalog.basque'
            when 'fi' then 'pg_catalog.finnish'
            when 'fr' then 'pg_catalog.french'
            when 'ga' then 'pg_catalog.irish'
            when 'hi' then 'pg_catalog.hindi'
            when 'hu' then 'pg_catalog.hungarian'
            when 'hy' then 'pg_catalog.armenian'
            when 'id' then 'pg_catalog.indonesian'
            when 'it' then 'pg_catalog.italian'
            when 'lt' then 'pg_catalog.lithuanian'
            when 'ne' then 'pg_catalog.nepali'
            when 'nl' then 'pg_catalog.dutch'
            when 'no' then 'pg_catalog.norwegian'
            when 'pt' then 'pg_catalog.portuguese'
            when 'ro' then 'pg_catalog.romanian'
            when 'ru' then 'pg_catalog.russian'
            when 'sr' then 'pg_catalog.serbian'
            when 'sv' then 'pg_catalog.swedish'
            when 'ta' then 'pg_catalog.tamil'
            when 'tr' then 'pg_catalog.turkish'
            when 'yi' then 'pg_catalog.yiddish'
            else 'pg_catalog.simple'
        end::regconfig
$$;

comment on function ingest.search_configuration(text) is
    'Text search configuration for a language, ISO 639: what every supported PostgreSQL has; simple for all others.';

create or replace function ingest.make_search_document(
    source_id text,
    language text,
    title text,
    description text,
    body text
) returns tsvector
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set client_min_messages = warning -- PostgreSQL remarks on stop words and on words that are too long
as $$
declare
    configuration constant regconfig := ingest.search_configuration(language);
    folded_title constant text := ingest.fold_search_text(left(title, 2000));
    marks text[] := array['l=' || coalesce(language, ''), 's=' || source_id];
    made tsvector := setweight(to_tsvector(configuration, folded_title), 'A');
begin
    if description <> '' then
        made := made || setweight(to_tsvector(configuration, ingest.fold_search_text(left(description, 5000))), 'B');
    end if;
    -- A tsvector holds a megabyte, and nobody looks for what comes after ten thousand words.
    made := made || to_tsvector(configuration, ingest.fold_search_text(left(body, 60000)));
    select marks || coalesce(array_agg('t=' || word), '{}')
    into marks
    from unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', folded_title))) as word;
    return made || array_to_tsvector(marks);
end
$$;

comment on function ingest.make_search_document(text, text, text, text, text) is
    'Document of an article for search: see ingest.search_document.document.';

create or replace function ingest.search_content_hash(
    content_sha256 text,
    language text,
    published_at timestamptz,
    description text
) returns bigint
language sql
immutable
parallel safe
as $$
    select
        hashtextextended(
            concat_ws('|', content_sha256, coalesce(language, ''), coalesce(extract(epoch from published_at), 0), description),
            0
        )
$$;

comment on function ingest.search_content_hash(text, text, timestamptz, text) is
    'Hash of what a document of search is made from.';

revoke all on function ingest.fold_search_text(text, boolean) from public;
revoke all on function ingest.split_unspaced_text(text, boolean) from public;
revoke all on function ingest.search_letters(text) from public;
revoke all on function ingest.search_configuration(text) from public;
revoke all on function ingest.search_content_hash(text, text, timestamptz, text) from public;
revoke all on function ingest.make_search_document(text, text, text, text, text) from public;
grant execute on function ingest.fold_search_text(text, boolean) to dateline_loader;
grant execute on function ingest.split_unspaced_text(text, boolean) to dateline_loader;
grant execute on function ingest.search_letters(text) to dateline_loader;
grant execute on function ingest.search_configuration(text) to dateline_loader;
grant execute on function ingest.make_search_document(text, text, text, text, text) to dateline_loader;
grant execute on function ingest.search_content_hash(text, text, timestamptz, text) to dateline_loader;

create or replace view ingest.searchable_article as
select
    article_id,
    first_fetched_at,
    least(published_at, first_fetched_at) as dated_at,
    coalesce(language, '') as language,
    ingest.search_content_hash(content_sha256, language, published_at, description) as content_hash,
    ingest.make_search_document(source_id, language, title, description, text) as document
from news.article;

comment on view ingest.searchable_article is
    'What search reads of each article, made when it is asked for; ingest.search_document keeps it.';
comment on column ingest.searchable_article.article_id is 'The article.';
comment on column ingest.searchable_article.first_fetched_at is 'When it was first fetched: the month of its document.';
comment on column ingest.searchable_article.dated_at is 'When it was published, or else first fetched.';
comment on column ingest.searchable_article.language is 'Language, ISO 639; empty: not recognised.';
comment on column ingest.searchable_article.content_hash is 'Hash of all that the document is made of.';
comment on column ingest.searchable_article.document is 'The document.';

grant select on ingest.searchable_article to dateline_loader;
