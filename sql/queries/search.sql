select *
from news.search(
    query => %(query)s,
    language => %(language)s,
    from_at => %(since)s,
    until_at => %(until)s,
    sources => %(sources)s,
    max_rows => %(limit)s
)
