-- Monthly partitions on demand. docs/decisions/0012-partitions-by-month.md
set local role dateline_owner;

-- Attaching a table that exists lets readers and writers of the other months go on; `create table … partition of`
-- would make all of them wait. For the same reason monthly tables have no foreign keys: sql/checks holds what they would.
create or replace function ingest.ensure_months(monthly text, instants timestamptz[]) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
    parent regclass;
    known ingest.monthly_table;
    month date;
    partition text;
    is_locked boolean := false;
    made integer := 0;
begin
    select * into known from ingest.monthly_table where table_name = monthly;
    if not found then
        raise exception '% is not partitioned by month', monthly using errcode = 'invalid_parameter_value';
    end if;
    parent := to_regclass(monthly);
    for month in
        select distinct date_trunc('month', instant)::date as first_day
        from unnest(instants) as instant
        where known.first_month is null
            or instant >= known.first_month
        order by first_day
    loop
        partition := format('%s_%s', monthly, to_char(month, 'YYYY_MM'));
        continue when exists (
            select
            from pg_inherits
            where inhparent = parent
                and inhrelid = to_regclass(partition)
        );
        -- Another loader may be making the same one: wait for it, then look again. The lock is a row that readers
        -- cannot lock; an advisory lock could be taken by anybody.
        if not is_locked then
            perform from ingest.monthly_table where table_name = monthly for update;
            is_locked := true;
            continue when exists (
                select
                from pg_inherits
                where inhparent = parent
                    and inhrelid = to_regclass(partition)
            );
        end if;
        execute format('create table %s (like %s including all)', partition, parent);
        execute format(
            'comment on table %s is %L', partition, format('Rows of %s, of %s.', monthly, to_char(month, 'YYYY-MM'))
        );
        execute format(
            'alter table %s attach partition %s for values from (%L) to (%L)',
            parent, partition, month::timestamptz, (month + interval '1 month')::timestamptz
        );
        made := made + 1;
    end loop;
    return made;
end
$$;

comment on function ingest.ensure_months(text, timestamptz[]) is
    'Make the monthly partitions of a table (its schema and name) that rows of these instants need; '
    'answers how many were missing.';

revoke all on function ingest.ensure_months(text, timestamptz[]) from public;
grant execute on function ingest.ensure_months(text, timestamptz[]) to dateline_loader;

-- Autovacuum analyzes months, but not the table that they make up, by whose statistics joins over months are planned.
-- Only the owner may: the daily housekeeping is not the owner, and this is all that it needs of him.
create or replace function ingest.analyze_monthly_tables() returns setof text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    monthly text;
begin
    for monthly in
        select table_name
        from ingest.monthly_table
        left join pg_stat_all_tables as stats
            on stats.relid = to_regclass(table_name)
        where to_regclass(table_name) is not null
            and coalesce(stats.last_analyze, '-infinity') < now() - interval '7 days'
        order by table_name
    loop
        -- From 18 on a table can be analyzed without its months, which autovacuum has done.
        execute format(
            'analyze %s %s',
            case when current_setting('server_version_num')::integer >= 180000 then 'only' end,
            to_regclass(monthly)
        );
        return next monthly;
    end loop;
end
$$;

comment on function ingest.analyze_monthly_tables() is
    'Bring the statistics of the monthly tables up to date, of those that are a week old; answers which.';

revoke all on function ingest.analyze_monthly_tables() from public;
grant execute on function ingest.analyze_monthly_tables() to dateline_loader;
