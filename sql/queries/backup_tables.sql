-- Tables whose rows are counted in a backup: partitions are counted in their table, detached ones by themselves.
select
    pg_namespace.nspname as schema_name,
    pg_class.relname as table_name
from pg_catalog.pg_class
inner join pg_catalog.pg_namespace
    on pg_namespace.oid = pg_class.relnamespace
where pg_namespace.nspname in ('news', 'ingest')
    and pg_class.relkind in ('r', 'p')
    and not pg_class.relispartition
order by
    pg_namespace.nspname,
    pg_class.relname
