-- Whether a capture was imported or fetched before: the same bytes of the same address at the same instant.
select exists (
    select
    from ingest.capture
    where source_id = %(source_id)s
        and fetched_at = %(fetched_at)s
        and final_url_key = %(final_url_key)s
        and payload_sha256 = %(payload_sha256)s
)
