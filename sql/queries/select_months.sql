-- The partitions of the monthly tables, oldest first: the month that each ends with, and the first one that is kept.
with month as (
    select
        monthly_table.table_name,
        monthly_table.keep_months,
        partition.oid,
        partition.relname,
        inherits.inhdetachpending as is_half_out,
        case
            when partition.relname like '%%\_before' then monthly_table.first_month
            else (to_date(right(partition.relname, 7), 'YYYY_MM') + interval '1 month')::date
        end as ends_before
    from ingest.monthly_table
    inner join pg_inherits as inherits
        on inherits.inhparent = to_regclass(monthly_table.table_name)
    inner join pg_class as partition
        on partition.oid = inherits.inhrelid
)

select
    table_name,
    keep_months,
    relname as partition,
    ends_before,
    pg_total_relation_size(oid) as bytes,
    is_half_out,
    ends_before <= date_trunc('month', now()) - make_interval(months => keep_months) as is_due
from month
order by
    table_name,
    ends_before
