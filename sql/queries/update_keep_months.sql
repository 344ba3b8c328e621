update ingest.monthly_table
set keep_months = %(keep_months)s
where table_name = %(table_name)s
returning table_name
