(
    %(source_ids)s::text[] is null
    or exists (
        select
        from news.article
        where article.article_id = exported.article_id
            and article.source_id = any (%(source_ids)s::text[])
    )
)
and (%(languages)s::text[] is null or exported.language = any (%(languages)s::text[]))
