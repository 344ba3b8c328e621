-- Roles, schemas, and the record of migrations.
-- Runs as the migrating user; every later migration starts with `set local role dateline_owner`.

do $$
declare
    role_name text;
begin
    foreach role_name in array array['dateline_owner', 'dateline_loader', 'dateline_analyst'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
            begin
                execute format('create role %I nologin', role_name);
            exception
                when insufficient_privilege then
                    raise insufficient_privilege using
                        message = format('user %I may not create the role %I', current_user, role_name),
                        hint = 'Ask the DBA to run as superuser: create role dateline_owner; '
                            'create role dateline_loader; create role dateline_analyst; '
                            || format('grant dateline_owner to %I;', current_user);
                when duplicate_object then
                    null; -- another migration, of another database of this server, was faster
            end;
        end if;
    end loop;

    -- Whoever migrates has to act as the owner.
    if not pg_has_role(current_user, 'dateline_owner', 'member') then
        begin
            execute format('grant dateline_owner to %I', current_user);
        exception
            when insufficient_privilege then
                raise insufficient_privilege using
                    message = format('user %I may not act as the role dateline_owner', current_user),
                    hint = format('Ask the DBA to run: grant dateline_owner to %I;', current_user);
        end;
    end if;
    if current_setting('server_version_num')::integer >= 160000
        and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
        and not pg_has_role(current_user, 'dateline_owner', 'set') then
        execute format('grant dateline_owner to %I with set true', current_user);
    end if;

    -- An analyst's forgotten query must not hold the database, nor may a slip change it.
    begin
        alter role dateline_analyst set statement_timeout = '5min';
        alter role dateline_analyst set lock_timeout = '10s';
        alter role dateline_analyst set idle_in_transaction_session_timeout = '5min';
        alter role dateline_analyst set default_transaction_read_only = on;
    exception
        when insufficient_privilege then
            raise warning 'dateline_analyst keeps its time limits: user % may not set them. '
                'A login that is a member of a role does not inherit its settings either.', current_user;
    end;
end
$$;

do $$
begin
    execute format('grant create, temporary on database %I to dateline_owner', current_database());
    execute format('grant connect, temporary on database %I to dateline_loader', current_database());
    execute format('grant connect on database %I to dateline_analyst', current_database());
exception
    when insufficient_privilege then
        raise insufficient_privilege using
            message = format('user %I may not grant on the database %I', current_user, current_database()),
            hint = format('Ask the DBA to make it the owner: alter database %I owner to %I;',
                current_database(), current_user);
end
$$;

set local role dateline_owner;

create schema news;

comment on schema news is
    'What analysts read: news sources, their articles, and every version of each article that was seen.';

create schema ingest;

comment on schema ingest is
    'Internal state of the pipeline: runs, leases, URLs, captures, outcomes. May change with any version.';

grant usage on schema news to dateline_loader, dateline_analyst;
grant usage on schema ingest to dateline_loader;
alter default privileges for role dateline_owner in schema news grant select on tables to dateline_analyst;

create table ingest.migration (
    number integer not null,
    name text not null,
    content_sha256 text not null,
    applied_at timestamptz not null default now(),
    primary key (number),
    constraint migration_content_sha256_check check (content_sha256 ~ '^[0-9a-f]{64}$')
);

comment on table ingest.migration is
    'Schema migrations and views that are applied: what `dateline db migrate` has done.';
comment on column ingest.migration.number is 'Number of the file in sql/migrations, from 1 without a gap.';
comment on column ingest.migration.name is 'Name of the file.';
comment on column ingest.migration.content_sha256 is
    'SHA-256 of the file as it was applied. A file never changes afterwards.';
comment on column ingest.migration.applied_at is 'When it was applied.';

create table ingest.view_file (
    name text not null,
    content_sha256 text not null,
    applied_at timestamptz not null default now(),
    primary key (name),
    constraint view_file_content_sha256_check check (content_sha256 ~ '^[0-9a-f]{64}$')
);

comment on table ingest.view_file is 'Files of sql/views as they were last applied; a changed file is applied again.';
comment on column ingest.view_file.name is 'Name of the file.';
comment on column ingest.view_file.content_sha256 is 'SHA-256 of the file as it was applied.';
comment on column ingest.view_file.applied_at is 'When it was last applied.';

grant select on ingest.migration, ingest.view_file to dateline_loader;
