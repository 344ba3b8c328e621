-- Feeds, sitemaps and sections. Their validators move only here, together with the URLs that they listed.
create temporary table batch_endpoint on commit drop as
select
    visit.*,
    visit.reason is null as is_good
from staged_endpoint
cross join lateral jsonb_to_record(staged_endpoint.record) as visit (
    source_id text,
    url text,
    kind text,
    fetched_at timestamptz,
    http_status integer,
    reason text,
    detail text,
    etag text,
    last_modified text,
    links integer,
    newest_published_at timestamptz,
    listed_lastmod timestamptz,
    moved_to text,
    found_feeds text[],
    stands_in_for text,
    hub_url text,
    wait_seconds integer,
    skip_hours integer[],
    archive_file text,
    archive_offset bigint,
    archive_length bigint
)
-- One that was not reached was not visited.
where not exists (
    select
    from ingest.reason
    where reason.outcome = 'pending'
        and reason.reason = visit.reason
);

-- What was remembered of them before this batch: the time that a visit covers is counted from there.
create temporary table endpoint_before on commit drop as
select endpoint.*
from ingest.endpoint
inner join staged_source
    on staged_source.source_id = endpoint.source_id;

insert into ingest.endpoint as known (
    source_id,
    url,
    kind,
    etag,
    last_modified,
    last_visited_at,
    last_succeeded_at,
    last_status,
    last_reason,
    last_detail,
    last_links,
    failure_count,
    newest_published_at,
    listed_lastmod,
    moved_to,
    found_feeds,
    stands_in_for,
    hub_url,
    wait_seconds,
    skip_hours,
    archive_file,
    archive_offset,
    archive_length
)
select distinct on (source_id, url)
    source_id,
    url,
    kind,
    case when is_good then etag end,
    case when is_good then last_modified end,
    fetched_at,
    case when is_good then fetched_at end,
    http_status,
    reason,
    detail,
    links,
    (not is_good)::integer,
    newest_published_at,
    case when is_good then listed_lastmod end,
    moved_to,
    coalesce(found_feeds, '{}'),
    stands_in_for,
    hub_url,
    wait_seconds,
    coalesce(skip_hours, '{}'),
    archive_file,
    archive_offset,
    archive_length
from batch_endpoint
order by
    source_id,
    url,
    fetched_at desc,
    is_good desc
on conflict (source_id, url) do update
set
    kind = excluded.kind,
    -- 304 need not repeat the validators; a failure says nothing about them.
    etag = case
        when excluded.last_reason is not null then known.etag
        when excluded.last_status = 304 then coalesce(excluded.etag, known.etag)
        else excluded.etag
    end,
    last_modified = case
        when excluded.last_reason is not null then known.last_modified
        when excluded.last_status = 304 then coalesce(excluded.last_modified, known.last_modified)
        else excluded.last_modified
    end,
    last_visited_at = excluded.last_visited_at,
    last_succeeded_at = coalesce(excluded.last_succeeded_at, known.last_succeeded_at),
    last_status = excluded.last_status,
    last_reason = excluded.last_reason,
    last_detail = excluded.last_detail,
    last_links = excluded.last_links,
    failure_count = case when excluded.last_reason is null then 0 else known.failure_count + 1 end,
    newest_published_at = greatest(excluded.newest_published_at, known.newest_published_at),
    listed_lastmod = case
        when excluded.last_reason is null then excluded.listed_lastmod
        else known.listed_lastmod
    end,
    moved_to = case when excluded.last_status is null then known.moved_to else excluded.moved_to end,
    found_feeds = excluded.found_feeds,
    stands_in_for = coalesce(excluded.stands_in_for, known.stands_in_for),
    -- What the list itself says holds until another list comes: neither 304 nor a failure brings one.
    hub_url = case
        when excluded.last_reason is not null or excluded.last_status = 304
            then coalesce(excluded.hub_url, known.hub_url)
        else excluded.hub_url
    end,
    skip_hours = case
        when excluded.last_reason is not null or excluded.last_status = 304 then known.skip_hours
        else excluded.skip_hours
    end,
    wait_seconds = case
        when excluded.last_status = 304 and known.last_reason is null
            then coalesce(excluded.wait_seconds, known.wait_seconds)
        else excluded.wait_seconds
    end,
    archive_file = excluded.archive_file,
    archive_offset = excluded.archive_offset,
    archive_length = excluded.archive_length
where excluded.last_visited_at >= known.last_visited_at;
