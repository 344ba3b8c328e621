-- Every article reads as its current version, and no other version was fetched after the article was last confirmed.
select
    article.article_id,
    article.version_number,
    article.checked_at
from news.article
left join news.article_version as version
    on version.article_id = article.article_id
    and version.version_number = article.version_number
where (
    article.content_sha256,
    article.fetched_at,
    article.archive_file,
    article.archive_offset,
    article.payload_sha256
) is distinct from (
    version.content_sha256,
    version.fetched_at,
    version.archive_file,
    version.archive_offset,
    version.payload_sha256
)
or exists (
    select
    from news.article_version as other
    where other.article_id = article.article_id
        and (
            other.fetched_at > article.checked_at
            or (article.checked_at = article.fetched_at and other.fetched_at > article.fetched_at)
        )
)
order by article.article_id
