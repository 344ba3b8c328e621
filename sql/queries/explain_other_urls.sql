-- The other URLs that lead to an article.
select
    url.url,
    url.last_outcome,
    url.last_reason,
    url.first_discovered_at
from ingest.url
where (url.article_id = %(article_id)s or url.duplicate_of = %(article_id)s)
    and not (url.source_id = %(source_id)s and url.url_key = %(url_key)s)
order by
    url.first_discovered_at,
    url.url_key
