-- The largest tables, partitions with their parent, and how much of each is rows, long values and indexes.
select
    coalesce(parent.oid, class.oid)::regclass::text as name,
    sum(pg_relation_size(class.oid))::bigint as rows_bytes,
    sum(pg_table_size(class.oid) - pg_relation_size(class.oid))::bigint as long_bytes,
    sum(pg_indexes_size(class.oid))::bigint as index_bytes,
    sum(class.reltuples)::bigint as estimated_rows
from pg_class as class
inner join pg_namespace as namespace
    on namespace.oid = class.relnamespace
left join pg_inherits
    on pg_inherits.inhrelid = class.oid
left join pg_class as parent
    on parent.oid = pg_inherits.inhparent
where namespace.nspname in ('news', 'ingest')
    and class.relkind = 'r'
group by 1
order by sum(pg_total_relation_size(class.oid)) desc
