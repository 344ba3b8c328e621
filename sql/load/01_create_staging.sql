-- Where COPY puts the records of a batch, one JSON object a row; an article, which is wide, field by field.
-- All of it ends with the transaction.
create temporary table staged_source (
    source_id text not null,
    revisit_seconds double precision[] not null,
    known integer not null,
    discovered integer
) on commit drop;

create temporary table staged_discovery (record jsonb not null) on commit drop;
create temporary table staged_capture (record jsonb not null) on commit drop;
create temporary table staged_rejection (record jsonb not null) on commit drop;
create temporary table staged_fetch (record jsonb not null) on commit drop;
create temporary table staged_endpoint (record jsonb not null) on commit drop;

-- `line` stands for the wide columns in all that follows. `capture` is null where captures.jsonl says the same of it.
create temporary table staged_article (
    line integer not null,
    archive_file text not null,
    archive_offset bigint not null,
    capture jsonb,
    link_key text,
    content_sha256 text not null,
    extractor_version text not null,
    title text not null,
    kind text not null,
    authors text[] not null,
    agencies text[] not null,
    publisher text,
    published_at timestamptz,
    published_precision text,
    published_zone text,
    modified_at timestamptz,
    modified_precision text,
    modified_zone text,
    language text,
    dateline_place text,
    description text,
    section text,
    tags text[] not null,
    image_url text,
    image_caption text,
    captions text[] not null,
    canonical_link text,
    is_paywalled boolean not null,
    text text storage main not null,
    parts jsonb storage main not null,
    word_count integer not null,
    links jsonb storage main not null,
    origins jsonb storage main not null,
    confidences jsonb storage main not null
) on commit drop;

-- Each is read a few times and then gone: to compress what COPY brings would cost more than all the rest of it.
alter table staged_discovery alter column record set storage external;
alter table staged_capture alter column record set storage external;
alter table staged_rejection alter column record set storage external;
alter table staged_fetch alter column record set storage external;
alter table staged_endpoint alter column record set storage external;
