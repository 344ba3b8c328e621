-- Sources may have their pages drawn by a browser: what can stand in the way of that.
set local role dateline_owner;

insert into ingest.reason (outcome, reason, retry, meaning)
values
    ('failed', 'rendering', 'backoff', 'A browser could not draw the page.'),
    ('pending', 'no_browser', 'at_once', 'The source needs a browser, and there is none.');
