-- Every function of ours (of extensions none) with its arguments, result and comment, a row a result column (one row where it has none).
select
    namespace.nspname as schema_name,
    routine.proname as function_name,
    pg_get_function_arguments(routine.oid) as arguments,
    case when routine.proretset then 'table' else pg_get_function_result(routine.oid) end as result,
    obj_description(routine.oid, 'pg_proc') as function_comment,
    result_column.name as column_name,
    format_type(result_column.type_id, null) as column_type
from pg_proc as routine
inner join pg_namespace as namespace
    on namespace.oid = routine.pronamespace
left join lateral (
    select
        argument.name,
        argument.type_id,
        argument.place
    from unnest(routine.proargnames, routine.proallargtypes, routine.proargmodes)
        with ordinality as argument (name, type_id, mode, place)
    where argument.mode = 't'
) as result_column
    on true
where namespace.nspname in ('news', 'ingest')
    and not exists (
        select
        from pg_depend
        where pg_depend.objid = routine.oid
            and pg_depend.deptype = 'e'
    )
order by
    namespace.nspname desc,
    routine.proname,
    arguments,
    result_column.place
