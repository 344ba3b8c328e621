-- Which of some extensions this database has.
select extname
from pg_catalog.pg_extension
where extname = any(%(names)s::text[])
order by extname
