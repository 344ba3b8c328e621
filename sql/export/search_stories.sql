exported.story_id in (
    select story_article.story_id
    from news.search(
        %(query)s::text,
        null::text,
        null::timestamptz,
        null::timestamptz,
        %(source_ids)s::text[],
        2147483647
    ) as found
    inner join news.story_article
        on story_article.article_id = found.article_id
)
