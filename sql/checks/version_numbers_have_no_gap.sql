-- The versions of an article count from 1 without a gap.
select
    article_id,
    max(version_number) as highest,
    count(*) as versions
from news.article_version
group by article_id
having max(version_number) <> count(*)
order by article_id
