-- Edits of articles, with what changed.
set local role dateline_owner;

create or replace view news.edit as
select
    version.article_id,
    version.version_number,
    article.source_id,
    article.url,
    version.language,
    version.published_at,
    version.fetched_at as observed_at,
    earlier.version_number as old_version_number,
    earlier.fetched_at as old_fetched_at,
    earlier.title as old_title,
    version.title as new_title,
    earlier.text as old_text,
    version.text as new_text,
    news.text_diff(earlier.title, version.title) as title_diff,
    news.text_diff(earlier.text, version.text) as text_diff,
    news.numbers_lost(earlier.title || E'\n' || earlier.text, version.title || E'\n' || version.text)
        as numbers_removed,
    news.numbers_lost(version.title || E'\n' || version.text, earlier.title || E'\n' || earlier.text)
        as numbers_added,
    version.word_count - earlier.word_count as words_gained,
    version.archive_file,
    version.archive_offset,
    version.archive_length,
    version.created_at
from news.article_version as version
inner join news.article
    on article.article_id = version.article_id
-- The page before this one; of its readings one by the same extractor, or the difference would be the extractor's.
cross join lateral (
    select
        before.version_number,
        before.fetched_at,
        before.title,
        before.text,
        before.word_count,
        before.content_sha256
    from news.article_version as before
    where before.article_id = version.article_id
        and before.fetched_at < version.fetched_at
    order by
        before.fetched_at desc,
        before.extractor_version = version.extractor_version desc,
        before.version_number desc
    limit 1
) as earlier
-- A page that was loaded first may be younger than one that came late: then it is the edit.
where version.change_kind in ('first', 'edit')
    and article.first_fetched_at < version.fetched_at
    and earlier.content_sha256 <> version.content_sha256;

comment on view news.edit is
    'Edits of title or text by the outlet, a row an edit: what stood before and after, and what changed. The newest: '
    'order by observed_at desc; give a period or a limit. What another extractor reads otherwise is no edit.';
comment on column news.edit.article_id is 'The article.';
comment on column news.edit.version_number is 'Version in news.article_version that the edit brought.';
comment on column news.edit.source_id is 'Source that published and edited it.';
comment on column news.edit.url is 'Its address.';
comment on column news.edit.language is 'Language of the new text, ISO 639.';
comment on column news.edit.published_at is 'When the outlet says that the edited article was published.';
comment on column news.edit.observed_at is
    'When we saw it: the outlet edited between the look before and this. news.article.modified_at is what the outlet '
    'says itself.';
comment on column news.edit.old_version_number is 'Version that stood before.';
comment on column news.edit.old_fetched_at is 'When we first saw that version.';
comment on column news.edit.old_title is 'Headline before.';
comment on column news.edit.new_title is 'Headline after.';
comment on column news.edit.old_text is 'Text before.';
comment on column news.edit.new_text is 'Text after.';
comment on column news.edit.title_diff is 'What changed in the headline, as of news.text_diff(); null: nothing.';
comment on column news.edit.text_diff is
    'What changed in the text, as of news.text_diff(): «- » went, «+ » came, «~ » was reworded; null: nothing.';
comment on column news.edit.numbers_removed is
    'Numbers of title and text that went (in digits; numbers in words are not seen): a toll that was corrected.';
comment on column news.edit.numbers_added is 'Numbers that came.';
comment on column news.edit.words_gained is 'Words of the text more than before; negative: fewer.';
comment on column news.edit.archive_file is 'WARC file that holds the edited page.';
comment on column news.edit.archive_offset is 'Where in that file the page starts, in bytes.';
comment on column news.edit.archive_length is 'Length of the compressed record in that file, in bytes.';
comment on column news.edit.created_at is 'When it was loaded.';
