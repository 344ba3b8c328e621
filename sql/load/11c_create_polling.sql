-- What the policy decided: hours that the visits cover, when each endpoint is asked next, and when each source is due.
create temporary table batch_watch (
    source_id text not null,
    hour timestamptz not null,
    watched_seconds double precision not null
) on commit drop;

create temporary table batch_polling (
    source_id text not null,
    url text not null,
    entries integer not null,
    yielded double precision not null,
    failure_weight double precision not null,
    interval_seconds double precision not null,
    next_due_at timestamptz not null
) on commit drop;

create temporary table batch_due (
    source_id text not null,
    next_due_at timestamptz not null,
    watched_until timestamptz
) on commit drop;
