-- Every table, view and column of ours with its comment, in reading order.
select
    namespace.nspname as schema_name,
    obj_description(namespace.oid, 'pg_namespace') as schema_comment,
    class.relname as table_name,
    case class.relkind when 'v' then 'view' else 'table' end as table_kind,
    obj_description(class.oid, 'pg_class') as table_comment,
    attribute.attname as column_name,
    format_type(attribute.atttypid, attribute.atttypmod) as column_type,
    not attribute.attnotnull as is_nullable,
    col_description(class.oid, attribute.attnum) as column_comment
from pg_class as class
inner join pg_namespace as namespace
    on namespace.oid = class.relnamespace
inner join pg_attribute as attribute
    on attribute.attrelid = class.oid
where
    namespace.nspname in ('news', 'ingest')
    and class.relkind in ('r', 'v', 'm', 'p')
    and not class.relispartition
    and attribute.attnum > 0
    and not attribute.attisdropped
order by
    namespace.nspname desc,
    class.relname,
    attribute.attnum;
