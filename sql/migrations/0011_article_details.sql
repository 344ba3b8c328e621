-- What the extractor also finds. No row is rewritten or read here: whoever reads the tables waits for an instant at most.
-- What was loaded before has the defaults until it is cleaned again (`dateline reprocess`).
set local role dateline_owner;

alter table news.article
add column kind text not null default 'article',
add column publisher text,
add column published_zone text,
add column modified_zone text,
add column image_caption text,
add column parts jsonb not null default '[]',
add column links jsonb not null default '[]',
add column confidences jsonb not null default '{}',
add constraint article_kind_check check (
    kind in ('article', 'live_blog', 'gallery', 'podcast', 'video')
) not valid;

comment on column news.article.kind is
    'What sort of story the page holds: article, live_blog, gallery, podcast or video.';
comment on column news.article.publisher is 'Outlet that published it, as the page names it; null: not stated.';
comment on column news.article.published_zone is
    'Offset from UTC that published_at was written in, as +03:00: the day on which it appeared is the outlet''s. '
    'null: UTC, or not stated.';
comment on column news.article.modified_zone is 'The same of modified_at.';
comment on column news.article.image_caption is 'Caption of the lead image.';
comment on column news.article.parts is
    'Parts of the text in order, as [{"kind", "start", "end"}]: characters from start up to end are a paragraph, '
    'subhead, list, quote, table or preformatted. Empty: not known.';
comment on column news.article.links is
    'Links in the story itself, in order, as [{"url", "text", "is_in_text"}]; the record of the run folder has the '
    'page''s other links too.';
comment on column news.article.confidences is
    'For each filled field, how sure its value is: 0 to 1, as measured on pages whose values are known.';

alter table news.article_version
add column kind text not null default 'article',
add column publisher text,
add column published_zone text,
add column modified_zone text,
add column image_caption text,
add column parts jsonb not null default '[]',
add column links jsonb not null default '[]',
add column confidences jsonb not null default '{}',
add constraint article_version_kind_check check (
    kind in ('article', 'live_blog', 'gallery', 'podcast', 'video')
) not valid;

comment on column news.article_version.kind is
    'What sort of story the page holds: article, live_blog, gallery, podcast or video.';
comment on column news.article_version.publisher is 'Outlet that published it, as the page names it; null: not stated.';
comment on column news.article_version.published_zone is
    'Offset from UTC that published_at was written in, as +03:00: the day on which it appeared is the outlet''s. '
    'null: UTC, or not stated.';
comment on column news.article_version.modified_zone is 'The same of modified_at.';
comment on column news.article_version.image_caption is 'Caption of the lead image.';
comment on column news.article_version.parts is
    'Parts of the text in order, as [{"kind", "start", "end"}]: characters from start up to end are a paragraph, '
    'subhead, list, quote, table or preformatted. Empty: not known.';
comment on column news.article_version.links is
    'Links in the story itself, in order, as [{"url", "text", "is_in_text"}]; the record of the run folder has the '
    'page''s other links too.';
comment on column news.article_version.confidences is
    'For each filled field, how sure its value is: 0 to 1, as measured on pages whose values are known.';
