-- Articles that were edited after we first saw them: how each version begins
select
    version.article_id,
    version.version_number,
    version.fetched_at,
    left(version.text, 60) as begins
from news.article_version as version
inner join news.article as article
    on article.article_id = version.article_id
where article.version_number > 1
order by
    version.article_id,
    version.version_number
limit 6;
