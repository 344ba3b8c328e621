-- A source whose file is gone is no longer crawled. Its rows stay.
update news.source
set
    is_enabled = false,
    updated_at = now()
where is_enabled
    and not exists (
        select
        from source_file
        where source_file.source_id = source.source_id
    )
