select *
from news.search_titles(
    query => %(query)s,
    language => %(language)s,
    from_at => %(since)s,
    until_at => %(until)s,
    sources => %(sources)s,
    max_rows => %(limit)s
)
