-- Pages that come in the place of articles: walls, challenges, notices and shells are no success.
set local role dateline_owner;

insert into ingest.reason (outcome, reason, retry, meaning)
values
    ('rejected', 'needs_javascript', 'daily', 'An empty shell: its text comes by script only.'),
    ('failed', 'redirect_to_home', 'daily', 'Leads to the home page: withdrawn or lost.'),
    ('failed', 'maintenance', 'backoff', 'The site is closed for work.'),
    ('failed', 'unreadable_list', 'backoff', 'No feed, sitemap or page with links.'),
    ('blocked', 'challenge', 'backoff', 'A bot wall asks for proof of a browser.'),
    ('blocked', 'consent_wall', 'daily', 'A page that asks for consent came instead.'),
    ('blocked', 'login_wall', 'daily', 'A login or registration page came instead.'),
    ('blocked', 'geo_blocked', 'daily', 'The site serves this country something else.');

update ingest.reason
set meaning = 'The site refuses us (401, 403, 451).'
where reason = 'forbidden';
