-- The source files, as plan reads them or as a batch's manifest holds them.
create temporary table source_file (
    source_id text primary key,
    definition jsonb not null
) on commit drop
