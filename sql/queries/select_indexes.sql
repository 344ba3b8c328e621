-- The indexes of our tables, each with what it is for; a primary key is its table's identity.
select
    namespace.nspname || '.' || class.relname as table_name,
    index_class.relname as index_name,
    substring(pg_get_indexdef(pg_index.indexrelid) from ' USING \w+ (.*)$') as definition,
    case
        when pg_index.indisprimary then 'Primary key.'
        else obj_description(pg_index.indexrelid, 'pg_class')
    end as reason
from pg_index
inner join pg_class as index_class
    on index_class.oid = pg_index.indexrelid
inner join pg_class as class
    on class.oid = pg_index.indrelid
inner join pg_namespace as namespace
    on namespace.oid = class.relnamespace
where namespace.nspname in ('news', 'ingest')
    and class.relkind in ('r', 'p', 'm')
    and not class.relispartition
order by
    namespace.nspname desc,
    class.relname,
    not pg_index.indisprimary,
    index_class.relname
