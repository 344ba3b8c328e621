exported.article_id in (
    select news.matching_articles(
        %(query)s::text,
        null::text,
        %(since)s::timestamptz,
        %(until)s::timestamptz,
        %(source_ids)s::text[]
    )
)
