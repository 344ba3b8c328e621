-- Whether there are schemas with our names, and whether Dateline made them.
select
    to_regnamespace('news') is not null or to_regnamespace('ingest') is not null as has_schemas,
    to_regclass('ingest.migration') is not null as is_ours
