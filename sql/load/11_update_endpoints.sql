-- Feeds, sitemaps and sections. Their validators move only here, together with the URLs that they listed.
create temporary table batch_endpoint on commit drop as
select
    visit.source_id,
    visit.url,
    visit.kind,
    visit.fetched_at,
    visit.http_status,
    visit.reason,
    visit.detail,
    visit.etag,
    visit.last_modified,
    visit.links,
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
    links integer
);

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
    failure_count
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
    (not is_good)::integer
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
    failure_count = case when excluded.last_reason is null then 0 else known.failure_count + 1 end
where excluded.last_visited_at >= known.last_visited_at;
