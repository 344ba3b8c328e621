-- The captures of the batch, each once, and the URLs that the batch took on.
analyze staged_source;

create temporary table batch_capture on commit drop as
with every as (
    select record, true as is_page
    from staged_capture
    union all
    select capture, true
    from staged_article
    where capture is not null
    union all
    select record -> 'capture', true
    from staged_rejection
    union all
    select record -> 'capture', false
    from staged_fetch
    where jsonb_typeof(record -> 'capture') = 'object'
)

select distinct on (archive_file, archive_offset)
    capture.source_id,
    capture.url,
    capture.canonical_url,
    capture.url_key,
    capture.final_url,
    capture.final_canonical_url,
    capture.final_url_key,
    capture.discovered_via,
    capture.discovered_from,
    capture.discovered_at,
    capture.fetched_at,
    capture.http_status,
    capture.content_type,
    capture.etag,
    capture.last_modified,
    capture.archive_file,
    capture.archive_offset,
    capture.archive_length,
    capture.payload_sha256,
    capture.payload_bytes,
    every.is_page,
    every.record
from every
cross join lateral jsonb_to_record(every.record) as capture (
    source_id text,
    url text,
    canonical_url text,
    url_key text,
    final_url text,
    final_canonical_url text,
    final_url_key text,
    discovered_via text,
    discovered_from text,
    discovered_at timestamptz,
    fetched_at timestamptz,
    http_status integer,
    content_type text,
    etag text,
    last_modified text,
    archive_file text,
    archive_offset bigint,
    archive_length bigint,
    payload_sha256 text,
    payload_bytes bigint
)
order by
    archive_file,
    archive_offset,
    every.is_page;

alter table batch_capture add primary key (archive_file, archive_offset);

-- Captures that were loaded before: another reading of one is a reextraction, never an edit by the outlet.
alter table batch_capture add column is_known boolean not null default false;

update batch_capture
set is_known = true
from ingest.capture
where capture.archive_file = batch_capture.archive_file
    and capture.archive_offset = batch_capture.archive_offset
    and capture.fetched_at = batch_capture.fetched_at
    -- Which months these are is known before the join: no other is opened.
    and capture.fetched_at >= (select min(fetched_at) from batch_capture)
    and capture.fetched_at <= (select max(fetched_at) from batch_capture);

analyze batch_capture;

-- A captured URL was taken on, also where the line that says so was lost when the crawl was killed.
create temporary table batch_discovery on commit drop as
with every as (
    select
        discovery.source_id,
        discovery.url_key,
        discovery.url,
        discovery.canonical_url,
        discovery.discovered_via,
        discovery.discovered_from,
        discovery.discovered_at,
        discovery.hint_title,
        discovery.hint_published_at
    from staged_discovery
    cross join lateral jsonb_to_record(staged_discovery.record) as discovery (
        source_id text,
        url_key text,
        url text,
        canonical_url text,
        discovered_via text,
        discovered_from text,
        discovered_at timestamptz,
        hint_title text,
        hint_published_at timestamptz
    )
    union all
    select
        source_id,
        url_key,
        url,
        canonical_url,
        discovered_via,
        discovered_from,
        discovered_at,
        null,
        null
    from batch_capture
    where is_page
)

select distinct on (source_id, url_key)
    source_id,
    url_key,
    url,
    canonical_url,
    discovered_via,
    discovered_from,
    discovered_at,
    hint_title,
    hint_published_at
from every
order by
    source_id,
    url_key,
    discovered_at,
    url,
    discovered_via,
    discovered_from;

alter table batch_discovery add primary key (source_id, url_key);
analyze batch_discovery;
