-- What happened to each article, for analysts.
set local role dateline_owner;

create or replace view news.article_history as
select
    article.article_id,
    article.source_id,
    article.url,
    event.observed_at,
    event.event,
    event.reason,
    event.detail,
    event.version_number,
    version.title,
    version.word_count,
    version.word_count - earlier.word_count as words_gained,
    event.missing_since,
    event.http_status,
    event.archive_file,
    event.archive_offset,
    event.archive_length
from news.article_event as event
inner join news.article
    on article.article_id = event.article_id
inner join news.article_version as version
    on version.article_id = event.article_id
    and version.version_number = event.version_number
left join news.article_version as earlier
    on event.event = 'edited'
    and earlier.article_id = event.article_id
    and earlier.version_number = event.version_number - 1;

comment on view news.article_history is
    'What happened to each article, a row an event: order by article_id, observed_at. Says what the article was like '
    'then; news.article_version has the texts.';
comment on column news.article_history.article_id is 'The article.';
comment on column news.article_history.source_id is 'Source that published it.';
comment on column news.article_history.url is 'Its address.';
comment on column news.article_history.observed_at is
    'When we saw it: the thing itself happened between this and the look before.';
comment on column news.article_history.event is 'first_stored, edited, withdrawn, restored, walled or moved.';
comment on column news.article_history.reason is 'Reason code of the look that showed it.';
comment on column news.article_history.detail is 'What exactly was found, where there is more to say.';
comment on column news.article_history.version_number is 'Version of the article that came, or that stood then.';
comment on column news.article_history.title is 'Headline of that version.';
comment on column news.article_history.word_count is 'Words of that version.';
comment on column news.article_history.words_gained is 'Of an edit: words more than the version before; negative: fewer.';
comment on column news.article_history.missing_since is 'Of a withdrawal: the first look that found the page missing.';
comment on column news.article_history.http_status is 'HTTP status of the answer.';
comment on column news.article_history.archive_file is 'WARC file that holds the answer; null: none was kept.';
comment on column news.article_history.archive_offset is 'Where in that file the answer starts, in bytes.';
comment on column news.article_history.archive_length is 'Length of the compressed record in that file, in bytes.';
