-- The columns of a table in their order. A category has few values: it is an enum, a foreign key to a name, or a text
-- whose check lists what it may be.
select
    attribute.attname as name,
    coalesce(attribute.attnum = any (key.conkey), false) as is_key,
    attribute_type.typtype = 'e'
    or exists (
        select
        from pg_constraint as rule
        where rule.conrelid = attribute.attrelid
            and attribute.atttypid = 'text'::regtype
            and rule.conkey = array[attribute.attnum]
            and (
                rule.contype = 'f'
                or (
                    rule.contype = 'c'
                    and pg_get_constraintdef(rule.oid) like '%% = ANY (ARRAY[%%'
                )
            )
    ) as is_category
from pg_attribute as attribute
inner join pg_type as attribute_type
    on attribute_type.oid = attribute.atttypid
left join pg_constraint as key
    on key.conrelid = attribute.attrelid
    and key.contype = 'p'
where attribute.attrelid = to_regclass(%(relation)s)
    and attribute.attnum > 0
    and not attribute.attisdropped
order by attribute.attnum
