-- What is known now of the sites of some sources.
select
    source_id,
    template
from ingest.site_template
where is_current
    and source_id = any(%(source_ids)s::text[])
order by source_id
