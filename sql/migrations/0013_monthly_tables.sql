-- Tables whose rows grow for ever are partitioned by month, in UTC. docs/decisions/0012-partitions-by-month.md
set local role dateline_owner;

create table ingest.monthly_table (
    table_name text not null,
    keep_months integer,
    primary key (table_name),
    constraint monthly_table_keep_months_check check (keep_months >= 1)
);

comment on table ingest.monthly_table is
    'Tables that are partitioned by month. `dateline housekeeping` makes their months ahead, and detaches old ones.';
comment on column ingest.monthly_table.table_name is 'Schema and name of the table.';
comment on column ingest.monthly_table.keep_months is
    'How many whole months are kept before the present one; null: all. Older ones are detached, never dropped.';

grant select on ingest.monthly_table to dateline_loader;

-- Attaching a table that exists lets readers and writers of the other months go on; `create table … partition of`
-- would make all of them wait. For the same reason monthly tables have no foreign keys: sql/checks holds what they would.
create function ingest.ensure_months(monthly text, instants timestamptz[]) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
    parent regclass := to_regclass(monthly);
    month date;
    partition text;
    made integer := 0;
begin
    if not exists (select from ingest.monthly_table where table_name = monthly) then
        raise exception '% is not partitioned by month', monthly using errcode = 'invalid_parameter_value';
    end if;
    for month in
        select distinct date_trunc('month', instant)::date as first_day
        from unnest(instants) as instant
        order by first_day
    loop
        partition := format('%s_%s', monthly, to_char(month, 'YYYY_MM'));
        continue when exists (
            select
            from pg_inherits
            where inhparent = parent
                and inhrelid = to_regclass(partition)
        );
        -- Another loader may be making the same one: wait for it, then look again.
        perform pg_advisory_xact_lock(hashtextextended('dateline months', 0));
        continue when exists (
            select
            from pg_inherits
            where inhparent = parent
                and inhrelid = to_regclass(partition)
        );
        execute format('create table %s (like %s including all)', partition, parent);
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
