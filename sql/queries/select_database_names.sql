-- Which of the named databases exist.
select datname::text
from pg_catalog.pg_database
where datname = any(%(names)s)
