-- The versions of an article, in the order of time.
select
    version_number,
    change_kind,
    fetched_at,
    title,
    text,
    word_count,
    extractor_version,
    archive_file,
    archive_offset,
    archive_length
from news.article_version
where article_id = %(article_id)s
order by
    fetched_at,
    version_number
