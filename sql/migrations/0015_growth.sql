-- What grows for ever and is asked by instant goes by month; who may do what; what each index is for.
-- docs/decisions/0012-partitions-by-month.md, 0017-migrations-on-a-full-database.md

-- step: name the month that begins the monthly tables; columns with one constant value rewrite nothing
do $$
declare
    -- A month and more is left to get through the steps.
    first_month date := date_trunc('month', now()) + interval '2 months';
begin
    set local role dateline_owner;
    if exists (
        select
        from information_schema.columns
        where table_schema = 'ingest'
            and table_name = 'monthly_table'
            and column_name = 'first_month'
    ) then
        return; -- this step was done before
    end if;
    alter table ingest.monthly_table
        add column first_month date,
        add column kept_since date,
        add constraint monthly_table_capture_check check (table_name <> 'ingest.capture' or keep_months is null);
    insert into ingest.monthly_table (table_name, first_month)
    values
        ('ingest.capture', first_month),
        ('ingest.outcome', first_month);

    execute format('alter table ingest.batch add column logged_at timestamptz not null default %L', now());
    execute format('alter table ingest.outcome add column logged_at timestamptz not null default %L', now());
    execute format(
        'alter table ingest.outcome add constraint outcome_month_check check (logged_at < %L) not valid',
        first_month::timestamptz
    );
    execute format(
        'alter table ingest.capture add constraint capture_month_check check (fetched_at < %L) not valid',
        first_month::timestamptz
    );
end
$$;

-- step: read all rows once, while others read and write them: attaching will not have to
set local role dateline_owner;
alter table ingest.outcome validate constraint outcome_month_check;
alter table ingest.capture validate constraint capture_month_check;

-- step: let go of an index that was broken off
do $$
declare
    broken regclass;
begin
    set local role dateline_owner;
    for broken in
        select indexrelid
        from pg_index
        where indexrelid in (to_regclass('ingest.outcome_before_pkey'), to_regclass('ingest.capture_before_pkey'))
            and not indisvalid
    loop
        execute format('drop index %s', broken);
    end loop;
end
$$;

-- step: the keys that the monthly tables will have
create unique index concurrently if not exists capture_before_pkey
on ingest.capture (archive_file, archive_offset, fetched_at);

-- step: the same of outcomes
create unique index concurrently if not exists outcome_before_pkey
on ingest.outcome (run_id, batch_id, source_id, url_key, logged_at);

-- step: an index that no query reads: copies of a text are told by news.story_article
drop index concurrently if exists news.article_content_sha256_idx;

-- step: what each role may do beyond its tables
do $$
declare
    limits constant text[] := array[
        'statement_timeout = ''5min''', 'lock_timeout = ''10s''', 'idle_in_transaction_session_timeout = ''5min''',
        'default_transaction_read_only = on', 'work_mem = ''64MB''', 'max_parallel_workers_per_gather = 1',
        'temp_file_limit = ''10GB'''
    ];
    one text;
begin
    foreach one in array limits loop
        begin
            execute 'alter role dateline_analyst set ' || one;
        exception
            when insufficient_privilege then
                raise warning 'dateline_analyst goes without %: user % may not set it', one, current_user;
        end;
    end loop;
    begin
        alter role dateline_analyst connection limit 20;
    exception
        when insufficient_privilege then
            raise warning 'dateline_analyst may connect without limit: user % may not set one', current_user;
    end;
    -- Temporary tables count against no limit: an analyst's could fill the disk. Without the right this only warns.
    execute format('revoke temporary on database %I from public', current_database());
    revoke create on schema public from public;
exception
    when insufficient_privilege then
        raise warning 'everybody may still make tables in the schema public: user % may not revoke that', current_user;
    when invalid_schema_name then
        null; -- no schema public
end
$$;

set local role dateline_owner;

-- Functions are for everybody unless one says otherwise. Here those of `news` are for analysts, all others for nobody.
alter default privileges for role dateline_owner revoke execute on functions from public;
alter default privileges for role dateline_owner in schema news
grant execute on functions to dateline_analyst, dateline_loader;
revoke execute on function news.refuse_change() from public;

create schema if not exists retired;

comment on schema retired is
    'Months that were taken out of the monthly tables by `dateline housekeeping`. Nothing of Dateline reads them: '
    'archive them with pg_dump, or drop them.';

comment on column ingest.monthly_table.first_month is
    'Rows of earlier months are in one partition, <table>_before, as large as the table was before it went by month; '
    'null: there is none.';
comment on column ingest.monthly_table.kept_since is
    'Rows of earlier months are retired: what counts over history leaves those out. null: none is.';

-- step: let the large tables be vacuumed by their growth, not by a fifth of their size
set local role dateline_owner;

-- Each look at an article sets checked_at, which is in no index: with room on the page that touches no index either.
alter table news.article set (
    fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_insert_scale_factor = 0.02
);
-- Only added to: vacuum marks pages as visible to all (reads by index alone) and frozen, a little at a time. Left to a
-- fifth of the table, the first one would come late and read everything.
alter table news.article_version set (
    autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02,
    toast.autovacuum_vacuum_insert_scale_factor = 0.02
);
alter table news.article_event set (
    autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02
);
-- Each look moves next_due_at, which is in an index: dead entries gather where plan reads.
alter table ingest.url set (
    fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02
);
-- Few rows, each changed at every visit, its memory included: room for the next version on the same page.
alter table ingest.source_state set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1);
alter table ingest.endpoint set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
alter table ingest.source_hour set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
alter table ingest.batch set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

-- step: say what each index is for
set local role dateline_owner;

comment on index news.article_source_id_url_key_key is
    'An article is stored once; load finds the article of an address (load/03, load/04).';
comment on index news.article_published_at_idx is 'Analysts: what was published between two instants?';
comment on index news.article_source_id_published_at_idx is
    'Analysts: the same of one source; counts of a source''s articles (queries/status_sources).';
comment on index news.article_updated_at_idx is 'Incremental readers: what changed since they last looked?';
comment on index news.article_withdrawn_at_idx is 'Analysts: what has been withdrawn (queries/example_4)?';
comment on index news.article_version_fetched_at_idx is 'Analysts: what was edited between two instants (queries/example_2)?';
comment on index news.article_event_observed_at_idx is 'Analysts: what was withdrawn, restored or edited between two instants?';
comment on index news.story_first_source_id_idx is 'Analysts: what did this source report first?';
comment on index news.story_source_count_idx is 'Analysts: which stories are in the most outlets?';
comment on index news.story_family_id_idx is 'Analysts: what belongs to the same event?';
comment on index news.story_updated_at_idx is 'Incremental readers: which stories changed since they last looked?';
comment on index news.story_article_story_id_idx is 'What are the articles of this story?';
comment on index news.story_relation_other_story_id_idx is 'What is related to this story, where it is the second of the pair?';

comment on index ingest.source_state_next_due_at_idx is 'plan: free sources that are due (queries/lease_sources).';
comment on index ingest.batch_open_idx is 'plan: live batches, and those whose lease ran out (queries/select_expired_batches).';
comment on index ingest.url_next_due_at_idx is 'plan: URLs of a source that are due (queries/select_due_urls).';
comment on index ingest.url_article_id_idx is 'load: the URL that an article is fetched for (load/07).';
comment on index ingest.url_duplicate_of_idx is 'explain: URLs that only lead to an article (queries/explain_other_urls).';
comment on index ingest.run_created_at_idx is 'status: the newest runs (queries/status_runs).';
comment on index ingest.site_template_current_idx is 'A site has one current template; plan reads it (queries/select_site_templates).';
comment on index ingest.source_event_source_id_observed_at_idx is 'What happened to this source?';
comment on index ingest.source_event_run_id_idx is 'load: what a batch has noticed (queries/select_batch_notices).';

-- step: the old tables become partitions of the new ones; no row is read or moved
set local role dateline_owner;

-- In the order of a load, so that neither waits for the other.
lock table ingest.capture, ingest.outcome in access exclusive mode;

alter table ingest.outcome drop constraint outcome_capture_id_fkey;

-- No query asks by article: its looks are found by its URL.
drop index ingest.outcome_article_id_idx;

alter table ingest.capture rename to capture_before;
alter index ingest.capture_source_id_fetched_at_idx rename to capture_before_source_id_fetched_at_idx;
alter index ingest.capture_source_id_url_key_idx rename to capture_before_source_id_url_key_idx;
alter index ingest.capture_final_url_key_idx rename to capture_before_final_url_key_idx;

alter table ingest.capture_before
    drop constraint capture_pkey,
    drop constraint capture_archive_key,
    add constraint capture_before_pkey primary key using index capture_before_pkey;

-- A partition may not have an identity of its own, and before PostgreSQL 17 a partitioned table has none to share.
do $$
declare
    highest bigint;
begin
    select last_value into highest from ingest.capture_capture_id_seq;
    alter table ingest.capture_before alter column capture_id drop identity;
    execute format('create sequence ingest.capture_capture_id_seq start with %s', highest + 1);
    alter table ingest.capture_before
        alter column capture_id set default nextval('ingest.capture_capture_id_seq');
end
$$;

create table ingest.capture (like ingest.capture_before including defaults including comments)
partition by range (fetched_at);

alter table ingest.capture add constraint capture_pkey primary key (archive_file, archive_offset, fetched_at);
create index capture_source_id_fetched_at_idx on ingest.capture (source_id, fetched_at);
create index capture_source_id_url_key_idx on ingest.capture (source_id, url_key);
create index capture_final_url_key_idx on ingest.capture (source_id, final_url_key) where final_url_key <> url_key;
alter sequence ingest.capture_capture_id_seq owned by ingest.capture.capture_id;

comment on table ingest.capture is
    'Every response that was kept: where its bytes are, and the record to clean it again from. One partition a month '
    'of fetched_at. Never retired: each version of an article rests on a capture.';
comment on index ingest.capture_source_id_fetched_at_idx is
    'reprocess, imports and templates: captures of a source and period (queries/select_captures).';
comment on index ingest.capture_source_id_url_key_idx is 'explain: the responses of a URL (queries/explain_captures).';
comment on index ingest.capture_final_url_key_idx is
    'explain: the URLs that led to a page by a redirect (queries/explain_candidates, queries/select_page_capture).';

alter table ingest.outcome rename to outcome_before;
alter index ingest.outcome_source_id_url_key_idx rename to outcome_before_source_id_url_key_idx;

alter table ingest.outcome_before
    drop constraint outcome_pkey,
    add constraint outcome_before_pkey primary key using index outcome_before_pkey,
    alter column logged_at drop default;

create table ingest.outcome (like ingest.outcome_before including defaults including comments)
partition by range (logged_at);

alter table ingest.outcome add constraint outcome_pkey primary key (run_id, batch_id, source_id, url_key, logged_at);
create index outcome_source_id_url_key_idx on ingest.outcome (source_id, url_key);

comment on table ingest.outcome is
    'How each URL ended in each batch: exactly one row for each URL that was taken on. One partition a month of '
    'logged_at; old months may be retired (ingest.monthly_table).';
comment on column ingest.outcome.logged_at is
    'logged_at of its batch: all outcomes of a batch are in one month, and a batch has a URL once.';
comment on index ingest.outcome_source_id_url_key_idx is 'explain: what became of a URL (queries/explain_outcomes).';

alter table ingest.batch alter column logged_at set default now();

comment on column ingest.batch.logged_at is
    'When this database took it on; its outcomes are filed under the month of it.';

grant select, insert on ingest.capture, ingest.outcome to dateline_loader;
grant update (extractor_version) on ingest.capture to dateline_loader;
grant usage on sequence ingest.capture_capture_id_seq to dateline_loader;

do $$
declare
    monthly text;
    is_filled boolean;
begin
    foreach monthly in array array['capture', 'outcome'] loop
        execute format('select exists (select from ingest.%I)', monthly || '_before') into is_filled;
        if is_filled then
            execute format('revoke all on ingest.%I from dateline_loader', monthly || '_before');
            execute format(
                'alter table ingest.%1$I attach partition ingest.%2$I for values from (minvalue) to (%3$L)',
                monthly, monthly || '_before',
                (select first_month::timestamptz from ingest.monthly_table where table_name = 'ingest.' || monthly)
            );
            execute format('alter table ingest.%I drop constraint %I', monthly || '_before', monthly || '_month_check');
        else
            -- A new database: each month of it has its own partition.
            drop view if exists ingest.source_run;
            execute format('drop table ingest.%I', monthly || '_before');
            update ingest.monthly_table
            set first_month = null
            where table_name = 'ingest.' || monthly;
        end if;
    end loop;
end
$$;

-- Views still read the tables that they were made on: all are made again after the migrations.
delete from ingest.view_file;
