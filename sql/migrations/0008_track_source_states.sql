-- Where each source stands and why, how it came there, and what to do about it.
set local role dateline_owner;

create table ingest.state_reason (
    reason text not null,
    state text,
    meaning text not null,
    remedy text not null,
    primary key (reason),
    constraint state_reason_state_check check (
        state in ('healthy', 'quiet', 'degraded', 'blocked', 'moved', 'layout_changed', 'dead', 'paused')
    )
);

comment on table ingest.state_reason is 'Why a source is in its state: what each reason means, and what to do.';
comment on column ingest.state_reason.reason is 'Reason code, as in ingest.source_state and ingest.source_event.';
comment on column ingest.state_reason.state is 'State that it belongs to; null: a signal that changes no state.';
comment on column ingest.state_reason.meaning is 'What it says, for people.';
comment on column ingest.state_reason.remedy is 'What to do; empty: nothing.';

insert into ingest.state_reason (reason, state, meaning, remedy)
values
    ('as_usual', 'healthy', 'It answers, and brings what it usually brings.', ''),
    ('never_visited', 'healthy', 'No visit is loaded yet.', ''),
    (
        'silent',
        'quiet',
        'Nothing new for longer than its own habit by weekday and hour allows.',
        'Look at the site: if it does publish, its feeds are stale: `dateline sources check --live ID`.'
    ),
    (
        'below_habit',
        'quiet',
        'Far fewer new articles in a day or a week than its own habit.',
        'Look at the site: a section or feed of it may be missing from the source file.'
    ),
    (
        'endpoint_fails',
        'degraded',
        'One of its feeds, sitemaps or section pages fails; others answer.',
        'If it lasts, correct the address in the source file: `dateline sources check --live ID`.'
    ),
    (
        'unreachable',
        'degraded',
        'None of its feeds, sitemaps and section pages can be used, or they have only just come back.',
        'Open the site in a browser. If it is there: `dateline sources check --live ID`.'
    ),
    (
        'pages_fail',
        'degraded',
        'Its lists answer, but half of the pages or more fail.',
        'The detail names the failure: look it up among the outcomes.'
    ),
    (
        'fields_fell',
        'degraded',
        'A field (author, date, …) is filled less often than before, or texts are shorter.',
        'Compare an archived page with its article. If the outlet means it: `dateline sources accept ID`.'
    ),
    (
        'below_expected',
        'degraded',
        'Fewer new articles in 24 hours than `expect.articles_per_day_min`.',
        'Look at the site; correct its feeds, or `expect` in the source file.'
    ),
    (
        'above_expected',
        'degraded',
        'More new articles in 24 hours than `expect.articles_per_day_max`.',
        'Look for pages that are no articles, and `exclude` them; or correct `expect`.'
    ),
    (
        'forbidden',
        'blocked',
        'It refuses us (401, 403, 451).',
        'Write to the site; make sure that `DATELINE_CONTACT` is right. Ask more rarely.'
    ),
    (
        'challenge',
        'blocked',
        'A bot wall asks for proof of a browser.',
        'Write to the site and ask to be let in.'
    ),
    (
        'consent_wall',
        'blocked',
        'Pages that ask for consent come in the place of articles.',
        'Look for a feed with full text, or ask the site.'
    ),
    (
        'login_wall',
        'blocked',
        'Pages that ask for a login come in the place of articles.',
        'Ask the site for access; or pause the source.'
    ),
    (
        'geo_blocked',
        'blocked',
        'It serves this country something else.',
        'Crawl from another country, or pause the source.'
    ),
    (
        'robots',
        'blocked',
        'robots.txt asks us to stay away from half of it or more.',
        'We obey. Ask the site, or pause the source.'
    ),
    (
        'rate_limited',
        'blocked',
        'It asks for fewer requests (429).',
        'Raise `politeness.delay_seconds` or `schedule.fastest`.'
    ),
    (
        'paywall',
        'blocked',
        'Many more pages than before show a teaser only.',
        'Ask the outlet for access. If it stays so: `dateline sources accept ID`.'
    ),
    (
        'redirected',
        'moved',
        'A feed, sitemap or section page redirects for good. We follow.',
        'Write the new address into the source file.'
    ),
    (
        'feed_replaced',
        'moved',
        'A feed is dead, and another one that the site names is asked in its place.',
        'Write the new address into the source file.'
    ),
    (
        'other_host',
        'moved',
        'Half of its pages or more are on a host that is not the source''s.',
        'If the host is its own, add it to `allowed_hosts`.'
    ),
    (
        'pages_unreadable',
        'layout_changed',
        'Many more pages than before are not read as articles.',
        'Compare an archived page with `dateline extract`; tell the maintainers. Then `dateline reprocess`.'
    ),
    (
        'needs_javascript',
        'layout_changed',
        'Its pages have become shells that scripts fill.',
        'Set `render: browser` in the source file.'
    ),
    (
        'fields_lost',
        'layout_changed',
        'A field (author, date, …) is hardly ever filled any more, or little is left of the texts.',
        'Compare an archived page with its article; tell the maintainers. If the outlet means it: '
        '`dateline sources accept ID`.'
    ),
    (
        'list_empty',
        'layout_changed',
        'A section page, feed or sitemap answers, and lists nothing any more.',
        'Open it in a browser; correct the source file: `dateline sources check --live ID`.'
    ),
    (
        'no_answer',
        'dead',
        'Nothing of it has answered for days. It is asked ever more rarely, and never dropped.',
        'If the outlet is gone, set `enabled: false`; if it is elsewhere, correct the source file.'
    ),
    ('disabled', 'paused', 'Its file says `enabled: false`, or is gone.', ''),
    ('by_operator', 'paused', 'Somebody paused it; the detail says why.', '`dateline sources resume ID`.'),
    (
        'our_network',
        null,
        'Nearly all hosts of a batch failed at once: we were cut off. No source is blamed.',
        'Check this machine''s network and name server.'
    );

grant select on ingest.state_reason to dateline_loader;

alter table ingest.source_state
    add column state text not null default 'healthy',
    add column state_reason text not null default 'never_visited' references ingest.state_reason (reason),
    add column state_detail text,
    add column state_since timestamptz not null default now(),
    add column evidence_url text,
    add column evidence_status integer,
    add column evidence_file text,
    add column evidence_offset bigint,
    add column evidence_length bigint,
    add column failure_score double precision not null default 0,
    add column observed_at timestamptz,
    add column memory jsonb not null default '{}',
    add column paused_at timestamptz,
    add column paused_until timestamptz,
    add column paused_because text,
    add constraint source_state_state_check check (
        state in ('healthy', 'quiet', 'degraded', 'blocked', 'moved', 'layout_changed', 'dead', 'paused')
    ),
    add constraint source_state_paused_check check ((paused_at is null) = (paused_because is null));

comment on column ingest.source_state.state is
    'healthy, quiet, degraded, blocked, moved, layout_changed, dead or paused: docs/operating.md explains each.';
comment on column ingest.source_state.state_reason is 'Why it is in that state; ingest.state_reason explains each.';
comment on column ingest.source_state.state_detail is 'What exactly was found.';
comment on column ingest.source_state.state_since is 'Since when it has been in that state.';
comment on column ingest.source_state.evidence_url is 'Address that the state rests on.';
comment on column ingest.source_state.evidence_status is 'HTTP status that it answered; null: no answer.';
comment on column ingest.source_state.evidence_file is 'WARC file that holds the answer; null: none was kept.';
comment on column ingest.source_state.evidence_offset is 'Where in that file the record starts, in bytes.';
comment on column ingest.source_state.evidence_length is 'Length of the compressed record, in bytes.';
comment on column ingest.source_state.failure_score is
    'Weighted failures of its best endpoint: hard 1, soft 1/2, temporary 1/4; halved by each success. 8 for three '
    'days is dead.';
comment on column ingest.source_state.observed_at is 'Newest evidence that the state takes into account.';
comment on column ingest.source_state.memory is 'What the state machine remembers: scores, habits, conditions.';
comment on column ingest.source_state.paused_at is 'When somebody paused it; null: nobody did.';
comment on column ingest.source_state.paused_until is 'When it goes on by itself; null: when somebody resumes it.';
comment on column ingest.source_state.paused_because is 'Why it was paused.';

create table ingest.source_event (
    event_id bigint not null generated always as identity,
    source_id text not null references news.source (source_id),
    observed_at timestamptz not null,
    run_id text,
    batch_id text,
    kind text not null,
    state_before text not null,
    state text not null,
    reason text not null references ingest.state_reason (reason),
    detail text,
    weight double precision not null,
    evidence_url text,
    evidence_status integer,
    evidence_file text,
    evidence_offset bigint,
    evidence_length bigint,
    recorded_at timestamptz not null default now(),
    primary key (event_id),
    foreign key (run_id, batch_id) references ingest.batch (run_id, batch_id),
    constraint source_event_kind_check check (kind in ('state', 'signal')),
    constraint source_event_change_check check ((kind = 'state') = (state <> state_before))
);

comment on table ingest.source_event is
    'History of the sources'' states: each change, and each signal that something else began. Never changed.';
comment on column ingest.source_event.event_id is 'Number of the event in this database.';
comment on column ingest.source_event.source_id is 'The source.';
comment on column ingest.source_event.observed_at is 'When it was seen, or done by somebody.';
comment on column ingest.source_event.run_id is 'Run that saw it; null: somebody paused or resumed the source.';
comment on column ingest.source_event.batch_id is 'Batch of that run.';
comment on column ingest.source_event.kind is 'state: the state changed; signal: something began beside it.';
comment on column ingest.source_event.state_before is 'State before.';
comment on column ingest.source_event.state is 'State after.';
comment on column ingest.source_event.reason is 'Reason code; ingest.state_reason explains each.';
comment on column ingest.source_event.detail is 'What exactly was found.';
comment on column ingest.source_event.weight is 'Weighted failures of the source at that time.';
comment on column ingest.source_event.evidence_url is 'Address that it rests on.';
comment on column ingest.source_event.evidence_status is 'HTTP status that it answered; null: no answer.';
comment on column ingest.source_event.evidence_file is 'WARC file that holds the answer; null: none was kept.';
comment on column ingest.source_event.evidence_offset is 'Where in that file the record starts, in bytes.';
comment on column ingest.source_event.evidence_length is 'Length of the compressed record, in bytes.';
comment on column ingest.source_event.recorded_at is 'When this row was written.';

-- «What happened to this source?», and what a batch has noticed.
create index source_event_source_id_observed_at_idx on ingest.source_event (source_id, observed_at);
create index source_event_run_id_idx on ingest.source_event (run_id, batch_id) where run_id is not null;

grant select, insert on ingest.source_event to dateline_loader;

alter table ingest.batch_source add column field_counts jsonb not null default '{}';

comment on column ingest.batch_source.field_counts is
    'Articles that were cleaned, and how many have each field: articles, author, date, time, dateline, section, '
    'image; log_words and log_words_squared are sums of ln(words) and of its square.';

-- Sources that are off already.
update ingest.source_state
set
    state = 'paused',
    state_reason = 'disabled'
from news.source
where source.source_id = source_state.source_id
    and not source.is_enabled;
