exported.story_id in (
    select story_article.story_id
    from news.matching_articles(
        %(query)s::text,
        null::text,
        null::timestamptz,
        null::timestamptz,
        %(source_ids)s::text[]
    ) as found (article_id)
    inner join news.story_article
        on story_article.article_id = found.article_id
)
