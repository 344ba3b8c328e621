-- What is kept of one URL, and whether its source is crawled.
select
    url.url,
    url.canonical_url,
    url.discovered_via,
    url.discovered_from,
    url.first_discovered_at,
    url.hint_title,
    url.hint_published_at,
    url.first_fetched_at,
    url.last_fetched_at,
    url.last_decided_at,
    url.next_due_at,
    url.fetch_count,
    url.failure_count,
    url.article_id,
    url.duplicate_of,
    url.missing_since,
    url.etag,
    url.last_modified,
    url.last_outcome,
    url.last_reason,
    reason.retry,
    source.is_enabled as source_is_enabled,
    coalesce(source_state.state = 'paused', false) as source_is_paused,
    source_state.state_detail as source_state_detail,
    source_state.lease_batch_id is not null as source_is_running
from ingest.url
inner join ingest.reason
    on reason.outcome = url.last_outcome
    and reason.reason = url.last_reason
inner join news.source
    on source.source_id = url.source_id
left join ingest.source_state
    on source_state.source_id = url.source_id
where url.source_id = %(source_id)s
    and url.url_key = %(url_key)s
