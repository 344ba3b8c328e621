exported.article_id in (
    select found.article_id
    from news.search(
        %(query)s::text,
        null::text,
        %(since)s::timestamptz,
        %(until)s::timestamptz,
        %(source_ids)s::text[],
        2147483647
    ) as found
)
