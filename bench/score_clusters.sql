-- How well the stories match the clusters that the world was made with, counted in pairs of articles.
with known as (
    select
        story_article.story_id,
        known_cluster.cluster,
        known_cluster.family
    from known_cluster
    inner join news.article
        on article.source_id = known_cluster.source_id
        and article.url_key = known_cluster.url_key
    inner join news.story_article
        on story_article.article_id = article.article_id
),

counted as (
    select
        grouping(story_id, cluster, family) as kind,
        count(*) * (count(*) - 1) / 2 as pairs
    from known
    group by grouping sets (
        (story_id),
        (cluster),
        (story_id, cluster),
        (story_id, family),
        (story_id, cluster, family)
    )
)

select
    coalesce(sum(pairs) filter (where kind = 1), 0) as found_rightly,
    coalesce(sum(pairs) filter (where kind = 3), 0) as found,
    coalesce(sum(pairs) filter (where kind = 5), 0) as known,
    coalesce(sum(pairs) filter (where kind = 2), 0) - coalesce(sum(pairs) filter (where kind = 0), 0) as other_numbers
from counted
