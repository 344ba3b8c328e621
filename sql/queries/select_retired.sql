-- What lies in the schema of retired months.
select
    class.relname,
    pg_total_relation_size(class.oid) as bytes
from pg_class as class
inner join pg_namespace as namespace
    on namespace.oid = class.relnamespace
where namespace.nspname = 'retired'
    and class.relkind = 'r'
order by class.relname
