-- Full-text search: what `news.search` reads. docs/decisions/0014-search.md
set local role dateline_owner;

do $$
begin
    if not exists (select from pg_catalog.pg_extension where extname = 'unaccent') then
        create extension if not exists unaccent with schema ingest;
    end if;
    if not exists (select from pg_catalog.pg_extension where extname = 'pg_trgm') then
        create extension if not exists pg_trgm with schema ingest;
    end if;
exception
    when insufficient_privilege then
        raise insufficient_privilege using
            message = format('an extension is missing, and %I may not create it: %s', current_user, sqlerrm),
            hint = format('Ask the DBA to run in the database %I: create extension unaccent; create extension pg_trgm;',
                current_database());
    when undefined_file or feature_not_supported then
        raise undefined_file using
            message = format('this server lacks an extension: %s', sqlerrm),
            hint = 'Install the package of PostgreSQL''s contrib modules '
                '(postgresql-contrib) on the server, then migrate again.';
end
$$;

create table ingest.search_document (
    article_id bigint not null,
    first_fetched_at timestamptz not null,
    dated_at timestamptz not null,
    language text not null,
    content_hash bigint not null,
    document tsvector not null,
    primary key (article_id, first_fetched_at)
) partition by range (first_fetched_at);

comment on table ingest.search_document is
    'What full-text search reads: one row for each article, as it reads now, in the month in which it was first fetched.';
comment on column ingest.search_document.article_id is 'The article.';
comment on column ingest.search_document.first_fetched_at is
    'When the article was first fetched, as it was known when this row was written: its month. Never changes.';
comment on column ingest.search_document.dated_at is
    'When it was published; when it was first fetched where the outlet does not say, or names a later instant.';
comment on column ingest.search_document.language is 'Language of the article, ISO 639; empty: not recognised.';
comment on column ingest.search_document.content_hash is
    'Hash of what the document was made from (ingest.search_content_hash): tells whether the article reads otherwise now.';
comment on column ingest.search_document.document is
    'Stems of its words: title (A), description (B), text (D); and what it is looked up by as a whole: l=language, '
    's=source, t=each word of the title, unstemmed.';

-- Stored as it is: to compress it gains nothing, and each match would have to be unpacked before it is ranked.
alter table ingest.search_document alter column document set storage external;

-- Loads only append to a list of pending entries, which is sorted into the index 4 MB at a time.
create index search_document_document_idx on ingest.search_document using gin (document) with (
    fastupdate = on, gin_pending_list_limit = 4096
);
-- Not on dated_at itself: it is no way to find words by.
create index search_document_dated_at_idx on ingest.search_document ((dated_at at time zone 'UTC'));

comment on index ingest.search_document_document_idx is 'news.search: which articles of a month have these words?';
comment on index ingest.search_document_dated_at_idx is 'news.search: does a month hold anything of a period?';

insert into ingest.monthly_table (table_name) values ('ingest.search_document');

create table ingest.search_language (
    language text not null
);

-- No unique keys here: a load that meets a new language or word must not wait for another that has just met it.
comment on table ingest.search_language is
    'Languages of the documents of search: what a query without a language is read in. One may stand twice.';
comment on column ingest.search_language.language is 'Language, ISO 639; empty: not recognised.';

create table ingest.search_word (
    word text not null,
    letters text not null
);

comment on table ingest.search_word is
    'Words of titles: what a misspelt word is compared with. A word may stand twice, where two loads met it at once.';
comment on column ingest.search_word.word is 'The word, folded.';
comment on column ingest.search_word.letters is 'The word in ASCII letters, one for each of its own: what trigrams are made of.';

create index search_word_word_idx on ingest.search_word (word);

comment on index ingest.search_word_word_idx is 'load/09d_write_search_documents: which words of titles are known?';

do $$
begin
    execute format(
        'create index search_word_trigram_idx on ingest.search_word using gin (letters %I.gin_trgm_ops)',
        (
            select namespace.nspname
            from pg_catalog.pg_extension as extension
            inner join pg_catalog.pg_namespace as namespace
                on namespace.oid = extension.extnamespace
            where extension.extname = 'pg_trgm'
        )
    );
end
$$;

comment on index ingest.search_word_trigram_idx is 'news.search_titles: which words of titles are like this one?';

create table ingest.search_backlog (
    first_article_id bigint not null,
    last_article_id bigint not null,
    primary key (first_article_id),
    constraint search_backlog_order_check check (first_article_id <= last_article_id)
);

comment on table ingest.search_backlog is
    'Articles that wait for their document: `dateline db reindex-search` makes them, newest first. Loads see to theirs.';
comment on column ingest.search_backlog.first_article_id is 'First article that may wait.';
comment on column ingest.search_backlog.last_article_id is 'Last article that may wait.';

insert into ingest.search_backlog (first_article_id, last_article_id)
select
    min(article_id),
    max(article_id)
from news.article
having count(*) > 0;

grant select, insert, update on ingest.search_document to dateline_loader;
grant select, insert on ingest.search_language, ingest.search_word to dateline_loader;
grant select, insert, update, delete on ingest.search_backlog to dateline_loader;
