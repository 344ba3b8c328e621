-- Known URLs numbered from %(first)s to %(last)s, spread over the sources; one in a hundred is due again some day.
insert into ingest.url (
    source_id,
    url_key,
    url,
    canonical_url,
    discovered_via,
    first_discovered_at,
    first_fetched_at,
    last_fetched_at,
    next_due_at,
    fetch_count,
    last_outcome,
    last_reason,
    last_run_id
)
select
    'source-' || (number %% %(sources)s),
    encode(sha256(convert_to(address, 'UTF8')), 'hex'),
    address,
    address,
    'feed',
    now() - interval '30 days',
    now() - interval '30 days',
    now() - interval '23 days',
    case when number %% 100 = 0 then now() + interval '1 day' end,
    5,
    'stored',
    'new',
    'bench'
from generate_series(%(first)s::bigint, %(last)s::bigint) as number
cross join lateral (
    select
        'https://source-' || (number %% %(sources)s) || '.example/2026/11/' || number || '/report-from-the-road-north'
        as address
) as named
