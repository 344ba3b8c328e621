(
    %(source_ids)s::text[] is null
    or exists (
        select
        from news.story_article
        inner join news.article
            on article.article_id = story_article.article_id
        where story_article.story_id = exported.story_id
            and article.source_id = any (%(source_ids)s::text[])
    )
)
and (%(languages)s::text[] is null or exported.language = any (%(languages)s::text[]))
