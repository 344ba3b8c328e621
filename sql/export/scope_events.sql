(
    (%(source_ids)s::text[] is null and %(languages)s::text[] is null)
    or exists (
        select
        from news.article
        where article.article_id = exported.article_id
            and (%(source_ids)s::text[] is null or article.source_id = any (%(source_ids)s::text[]))
            and (%(languages)s::text[] is null or article.language = any (%(languages)s::text[]))
    )
)
