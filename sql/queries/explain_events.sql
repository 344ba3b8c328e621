-- What happened to an article.
select
    observed_at,
    event,
    reason,
    detail,
    http_status,
    missing_since,
    version_number,
    archive_file,
    archive_offset,
    archive_length
from news.article_event
where article_id = %(article_id)s
order by
    observed_at,
    event_number
