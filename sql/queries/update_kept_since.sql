-- Said before the month goes: what counts over history leaves it out from here on.
update ingest.monthly_table
set kept_since = greatest(kept_since, %(ends_before)s)
where table_name = %(table_name)s
