select
    exported.oid,
    coalesce(element.typname, exported.typname) as name,
    element.oid is not null as is_array
from pg_type as exported
left join pg_type as element
    on element.oid = exported.typelem
    and exported.typcategory = 'A'
where exported.oid = any (%(oids)s::oid[])
