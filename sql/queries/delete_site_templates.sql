-- Old versions but for the newest ones: manifests and articles name them, and people compare them.
delete from ingest.site_template
where source_id = %(source_id)s
    and not is_current
    and version not in (
        select kept.version
        from ingest.site_template as kept
        where kept.source_id = %(source_id)s
        order by kept.learned_at desc
        limit %(kept)s
    )
