-- Where COPY puts the records of a batch, one JSON object a row. All of it ends with the transaction.
create temporary table staged_source (
    source_id text not null,
    revisit_seconds double precision[] not null,
    known integer not null
) on commit drop;

create temporary table staged_discovery (record jsonb not null) on commit drop;
create temporary table staged_capture (record jsonb not null) on commit drop;
create temporary table staged_article (record jsonb not null, link_key text) on commit drop;
create temporary table staged_rejection (record jsonb not null) on commit drop;
create temporary table staged_fetch (record jsonb not null) on commit drop;
create temporary table staged_endpoint (record jsonb not null) on commit drop;
