-- Stories: forty copies of one report are one story with forty articles. docs/decisions/0013-stories.md
set local role dateline_owner;

create table news.story (
    story_id bigint not null,
    family_id bigint not null,
    title text not null,
    language text,
    first_article_id bigint not null references news.article (article_id),
    first_source_id text not null references news.source (source_id),
    first_published_at timestamptz,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    article_count integer not null,
    source_count integer not null,
    agencies text[] not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (story_id),
    constraint story_article_count_check check (article_count >= 1),
    constraint story_source_count_check check (source_count between 1 and article_count)
);

comment on table news.story is
    'Stories: all copies of one report, whoever published them, are one. To count independent reports, count stories, '
    'not articles. Each article is in exactly one story: news.story_article.';
comment on column news.story.story_id is 'Smallest article_id of its articles: the one that was stored first.';
comment on column news.story.family_id is
    'Smallest story_id of the stories that it is related to: the same report with other numbers, or with parts in '
    'common. Equal to story_id where there is none smaller. See news.story_relation.';
comment on column news.story.title is 'Headline of the first article.';
comment on column news.story.language is 'Language of the first article, ISO 639; null: not recognised.';
comment on column news.story.first_article_id is
    'The article that was published first as far as the outlets say; of those with the same instant, or where none '
    'has one, the article that we saw first.';
comment on column news.story.first_source_id is 'Source of the first article.';
comment on column news.story.first_published_at is 'When the first article was published, UTC; null: no article says.';
comment on column news.story.first_seen_at is 'When we first fetched one of its articles.';
comment on column news.story.last_seen_at is 'When we first fetched the newest of its articles.';
comment on column news.story.article_count is 'Number of its articles.';
comment on column news.story.source_count is 'Number of sources that carry it. They are copies: one report, not as many.';
comment on column news.story.agencies is 'Agencies that any of its articles credits.';
comment on column news.story.created_at is 'When this row was written first.';
comment on column news.story.updated_at is 'When this row last changed.';

-- «What did this source report first?»
create index story_first_source_id_idx on news.story (first_source_id, first_published_at);
-- «Which stories are in the most outlets?»
create index story_source_count_idx on news.story (source_count desc, first_seen_at desc) where source_count > 1;
-- «What belongs to the same event?»
create index story_family_id_idx on news.story (family_id);
-- Incremental readers ask for what changed since they last looked.
create index story_updated_at_idx on news.story (updated_at);

comment on index news.story_first_source_id_idx is 'Analysts: what did a source report first?';
comment on index news.story_source_count_idx is 'Analysts: which stories are in the most outlets?';
comment on index news.story_family_id_idx is 'Analysts: what belongs to the same event? And stories/25_select_families.';
comment on index news.story_updated_at_idx is 'Incremental readers: what changed since they last looked?';

create table news.story_article (
    article_id bigint not null references news.article (article_id),
    story_id bigint not null,
    relation text not null,
    similarity real not null,
    updated_at timestamptz not null default now(),
    primary key (article_id),
    constraint story_article_relation_check check (relation in ('first', 'copy', 'light_edit', 'part')),
    constraint story_article_similarity_check check (similarity between 0 and 1)
);

comment on table news.story_article is 'Which story each article belongs to.';
comment on column news.story_article.article_id is 'The article.';
comment on column news.story_article.story_id is 'Its story.';
comment on column news.story_article.relation is
    'How its text stands to that of the first article: first (it is the first), copy (the same words), light_edit '
    '(some words changed), or part (one of the two is cut, or has more).';
comment on column news.story_article.similarity is
    'How much of the two texts, its own and the first article''s, is the same: 0 to 1 (Jaccard index of their word '
    'triples).';
comment on column news.story_article.updated_at is 'When this row last changed.';

-- «What are the articles of this story?»
create index story_article_story_id_idx on news.story_article (story_id);

comment on index news.story_article_story_id_idx is 'Analysts: what are the articles of a story?';

create table news.story_relation (
    story_id bigint not null,
    other_story_id bigint not null,
    relation text not null,
    similarity real not null,
    updated_at timestamptz not null default now(),
    primary key (story_id, other_story_id),
    constraint story_relation_order_check check (story_id < other_story_id),
    constraint story_relation_relation_check check (relation in ('other_numbers', 'overlap')),
    constraint story_relation_similarity_check check (similarity between 0 and 1)
);

comment on table news.story_relation is
    'Stories that are no copies of each other, and yet share words. A pair stands once, the smaller story first.';
comment on column news.story_relation.story_id is 'The one story.';
comment on column news.story_relation.other_story_id is 'The other story.';
comment on column news.story_relation.relation is
    'other_numbers: the same words with other numbers («12 killed», «21 killed»), never counted as one report; '
    'overlap: they have a good part of their words in common.';
comment on column news.story_relation.similarity is 'The highest similarity of two of their articles: 0 to 1.';
comment on column news.story_relation.updated_at is 'When this row last changed.';

create index story_relation_other_story_id_idx on news.story_relation (other_story_id);

comment on index news.story_relation_other_story_id_idx is
    'What a story is related to, when it is the second of the pair: stories/25_select_families.';

grant select, insert, update, delete on news.story, news.story_article, news.story_relation to dateline_loader;
