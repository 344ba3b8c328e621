-- The statements that drop views and functions, given by name in the order in which they are made: last made, first
-- dropped. A function goes with all of its signatures.
with named as (
    select
        name,
        place
    from unnest(%(names)s::text[]) with ordinality as named (name, place)
),

made as (
    select
        named.place,
        format('drop view %%s', class.oid::regclass) as statement
    from named
    inner join pg_class as class
        on class.oid = to_regclass(named.name)
        and class.relkind = 'v'

    union all

    select
        named.place,
        format('drop function %%s', routine.oid::regprocedure)
    from named
    inner join pg_namespace as namespace
        on namespace.nspname = split_part(named.name, '.', 1)
    inner join pg_proc as routine
        on routine.pronamespace = namespace.oid
        and routine.proname = split_part(named.name, '.', 2)
)

select statement
from made
order by place desc
