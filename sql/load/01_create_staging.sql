-- Where COPY puts the records of a batch, one JSON object a row. All of it ends with the transaction.
create temporary table staged_source (
    source_id text not null,
    revisit_seconds double precision[] not null,
    known integer not null,
    discovered integer
) on commit drop;

create temporary table staged_discovery (record jsonb not null) on commit drop;
create temporary table staged_capture (record jsonb not null) on commit drop;
create temporary table staged_article (record jsonb not null, link_key text) on commit drop;
create temporary table staged_rejection (record jsonb not null) on commit drop;
create temporary table staged_fetch (record jsonb not null) on commit drop;
create temporary table staged_endpoint (record jsonb not null) on commit drop;

-- Each is read a few times and then gone: to compress what COPY brings would cost more than all the rest of it.
alter table staged_discovery alter column record set storage external;
alter table staged_capture alter column record set storage external;
alter table staged_article alter column record set storage external;
alter table staged_rejection alter column record set storage external;
alter table staged_fetch alter column record set storage external;
alter table staged_endpoint alter column record set storage external;

-- A batch has some hundred rows; compiling a statement takes longer than running it.
set local jit = off;
