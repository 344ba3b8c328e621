-- Months that were taken out of their table and still stand beside it.
select
    namespace.nspname as schema_name,
    class.relname,
    not exists (
        select
        from pg_class as other
        inner join pg_namespace as retired
            on retired.oid = other.relnamespace
        where retired.nspname = 'retired'
            and other.relname = class.relname
    ) as is_name_free,
    array(
        select index_class.relname::text
        from pg_index
        inner join pg_class as index_class
            on index_class.oid = pg_index.indexrelid
        where pg_index.indrelid = class.oid
    ) as indexes
from ingest.monthly_table
inner join pg_class as parent
    on parent.oid = to_regclass(monthly_table.table_name)
inner join pg_namespace as namespace
    on namespace.oid = parent.relnamespace
inner join pg_class as class
    on class.relnamespace = parent.relnamespace
    and class.relname ~ ('^' || parent.relname || '_([0-9]{4}_[0-9]{2}|before)$')
where class.relkind = 'r'
    and not class.relispartition
order by class.relname
