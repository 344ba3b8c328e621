-- Pairs that share a band, for the texts of a month. The bounds spare the partitions that cannot hold any.
select distinct
    mine.article_id,
    other.article_id as other_article_id,
    other.instant as other_instant
from stories_band as mine
cross join lateral (
    select
        band.article_id,
        band.instant
    from ingest.story_band as band
    where band.band_hash = mine.band_hash
        and band.instant >= %(month)s - %(window)s
        and band.instant < %(month)s + interval '1 month' + %(window)s
    offset 0 -- look each of them up: to read whole partitions never pays
) as other
where mine.instant >= %(month)s
    and mine.instant < %(month)s + interval '1 month'
    and other.article_id <> mine.article_id
    and other.instant between mine.instant - %(window)s and mine.instant + %(window)s
