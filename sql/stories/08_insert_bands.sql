-- The bands of the new signatures, to find others by and to be found.
create temporary table stories_band on commit drop as
select
    band.band_hash,
    signature.article_id,
    signature.instant
from ingest.story_signature as signature
cross join lateral unnest(signature.bands) as band (band_hash)
where signature.article_id = any(%(article_ids)s::bigint[])
    and signature.instant between %(since)s and %(until)s
-- In the order of the index, its pages are met one after the other.
order by band.band_hash;

insert into ingest.story_band (
    band_hash,
    article_id,
    instant
)
select
    band_hash,
    article_id,
    instant
from stories_band;

analyze stories_band;
