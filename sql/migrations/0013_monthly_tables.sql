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
