-- Articles that their outlets took back.
set local role dateline_owner;

create or replace view news.retraction as
select
    event.article_id,
    event.event_number,
    article.source_id,
    article.url,
    article.published_at,
    article.published_precision,
    article.first_fetched_at,
    event.missing_since,
    event.observed_at,
    event.reason,
    event.detail,
    round(
        (extract(epoch from event.missing_since - coalesce(article.published_at, article.first_fetched_at)) / 3600),
        1
    ) as stood_hours,
    restored.observed_at as restored_at,
    restored.observed_at is null as is_withdrawn,
    event.version_number,
    version.title,
    version.text,
    version.word_count,
    event.http_status,
    event.archive_file,
    event.archive_offset,
    event.archive_length,
    event.created_at
from news.article_event as event
inner join news.article
    on article.article_id = event.article_id
inner join news.article_version as version
    on version.article_id = event.article_id
    and version.version_number = event.version_number
left join lateral (
    select min(later.observed_at) as observed_at
    from news.article_event as later
    where later.article_id = event.article_id
        and later.event = 'restored'
        and later.observed_at > event.missing_since
) as restored
    on true
where event.event = 'withdrawn';

comment on view news.retraction is
    'Articles that were withdrawn, a row a withdrawal: when, how, how long the article had stood, its last text, and '
    'whether it came back. The newest: order by observed_at desc. An outage of a site that answers «not found» for '
    'more than an hour looks the same, and is over when restored_at is filled.';
comment on column news.retraction.article_id is 'The article.';
comment on column news.retraction.event_number is 'Number of the withdrawal in news.article_event.';
comment on column news.retraction.source_id is 'Source that published and withdrew it.';
comment on column news.retraction.url is 'Its address.';
comment on column news.retraction.published_at is 'When the outlet says it was published; null: it does not say.';
comment on column news.retraction.published_precision is 'How exact published_at is: second, minute or day.';
comment on column news.retraction.first_fetched_at is 'When we first fetched it.';
comment on column news.retraction.missing_since is 'First look that found the page missing: it went between the look before and this.';
comment on column news.retraction.observed_at is 'Look that settled it: the same one for a 410, else a second one an hour or more later.';
comment on column news.retraction.reason is
    'How it was withdrawn: gone (410), not_found (404), redirect_to_home, or soft_404 (a page that says so in words).';
comment on column news.retraction.detail is 'What exactly was found, where there is more to say.';
comment on column news.retraction.stood_hours is
    'Hours from its publication, or where that is not known from our first fetch, to missing_since: how long readers '
    'had it, at most. With published_precision = day it is a day too long at worst.';
comment on column news.retraction.restored_at is 'When we saw it back; null: not since.';
comment on column news.retraction.is_withdrawn is 'Whether it has not come back since.';
comment on column news.retraction.version_number is 'Version that stood when it went.';
comment on column news.retraction.title is 'Headline of that version.';
comment on column news.retraction.text is 'Text of that version: the last that readers could see, as far as we looked.';
comment on column news.retraction.word_count is 'Number of words of that text.';
comment on column news.retraction.http_status is 'HTTP status of the look that settled it.';
comment on column news.retraction.archive_file is 'WARC file that holds that answer; null: none was kept.';
comment on column news.retraction.archive_offset is 'Where in that file the answer starts, in bytes.';
comment on column news.retraction.archive_length is 'Length of the compressed record in that file, in bytes.';
comment on column news.retraction.created_at is 'When it was loaded.';
