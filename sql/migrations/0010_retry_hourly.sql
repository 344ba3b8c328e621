-- Without a browser nothing changes from one tick to the next: a source that needs one is not due at each of them.
set local role dateline_owner;

alter table ingest.reason
drop constraint reason_retry_check,
add constraint reason_retry_check check (retry in ('by_age', 'at_once', 'hourly', 'backoff', 'daily', 'never'));

comment on column ingest.reason.retry is
    'When the URL is due again: by_age (revisit ages of the source), at_once, hourly, backoff (15 min, doubled up to a'
    ' day, 6 tries), daily (twice), never.';

update ingest.reason
set retry = 'hourly'
where reason = 'no_browser';
