-- The coming months that monthly tables lack, as far ahead as is asked for.
select
    monthly_table.table_name,
    array_agg(coming.instant order by coming.instant) as instants
from ingest.monthly_table
cross join lateral (
    select date_trunc('month', now()) + make_interval(months => ahead) as instant
    from generate_series(0, %(ahead)s) as ahead
) as coming
where to_regclass(monthly_table.table_name) is not null
    and (monthly_table.first_month is null or coming.instant >= monthly_table.first_month)
    and not exists (
        select
        from pg_inherits
        where inhparent = to_regclass(monthly_table.table_name)
            and inhrelid = to_regclass(monthly_table.table_name || to_char(coming.instant, '_YYYY_MM'))
    )
group by monthly_table.table_name
order by monthly_table.table_name
