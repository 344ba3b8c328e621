-- The rows of an export. Filters that are not asked for are null, and fold away when the query is planned.
select {selected}
from {relation} as exported
where (%(since)s::timestamptz is null or {instant} >= %(since)s::timestamptz)
    and (%(until)s::timestamptz is null or {instant} < %(until)s::timestamptz)
    and (%(changed_since)s::timestamptz is null or {changed} >= %(changed_since)s::timestamptz)
    and {scope}
    and {search}
    and {part}
{rest}
