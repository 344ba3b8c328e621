update ingest.site_template
set is_current = false
where source_id = %(source_id)s
    and is_current
