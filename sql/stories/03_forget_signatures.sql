-- Take away the signatures of articles; the paragraphs that they had.
with gone as (
    delete from ingest.story_signature
    using unnest(%(article_ids)s::bigint[], %(instants)s::timestamptz[]) as signed (article_id, instant)
    where story_signature.article_id = signed.article_id
        and story_signature.instant = signed.instant
    returning
        story_signature.article_id,
        story_signature.instant,
        story_signature.bands,
        story_signature.paragraphs
),

bands as (
    delete from ingest.story_band
    using (select article_id, instant, unnest(bands) as band_hash from gone) as band
    where story_band.band_hash = band.band_hash
        and story_band.article_id = band.article_id
        and story_band.instant = band.instant
),

paragraphs as (
    delete from ingest.story_paragraph
    using (select article_id, instant, unnest(paragraphs) as paragraph_hash from gone) as paragraph
    where story_paragraph.paragraph_hash = paragraph.paragraph_hash
        and story_paragraph.article_id = paragraph.article_id
        and story_paragraph.instant = paragraph.instant
    returning story_paragraph.paragraph_hash
)

select distinct paragraph_hash
from paragraphs
