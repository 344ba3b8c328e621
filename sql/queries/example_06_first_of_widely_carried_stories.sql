-- Who was first with the stories that most outlets carry, and how many minutes the others took
select
    story.source_count,
    story.title,
    story.first_source_id,
    story.first_published_at,
    (
        select string_agg(report.source_id || coalesce(' +' || report.delay_minutes, ''), ', ' order by report.published_at)
        from news.first_report as report
        where report.story_id = story.story_id
            and not report.is_first
    ) as followed_by
from news.story
where story.source_count > 1
order by
    story.source_count desc,
    story.first_seen_at desc
limit 6;
