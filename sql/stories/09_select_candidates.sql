-- Pairs that share a band, for the texts of a month. The bounds spare the partitions that cannot hold any.
select distinct
    mine.article_id,
    other.article_id as other_article_id,
    other.instant as other_instant
from stories_band as mine
inner join ingest.story_band as other
    on other.band_hash = mine.band_hash
    and other.instant between mine.instant - %(window)s and mine.instant + %(window)s
    and other.article_id <> mine.article_id
where mine.instant >= %(month)s
    and mine.instant < %(month)s + interval '1 month'
    and other.instant >= %(month)s - %(window)s
    and other.instant < %(month)s + interval '1 month' + %(window)s
