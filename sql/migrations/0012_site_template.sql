-- What is known of each site from its archived pages, version by version.
set local role dateline_owner;

create table ingest.site_template (
    source_id text not null references news.source (source_id),
    version text not null,
    learned_at timestamptz not null,
    pages integer not null,
    stories integer not null,
    template jsonb not null,
    is_current boolean not null,
    primary key (source_id, version),
    constraint site_template_version_check check (version ~ '^[0-9a-f]{12}$'),
    constraint site_template_stories_check check (stories between 1 and pages)
);

create unique index site_template_current_idx on ingest.site_template (source_id) where is_current;

comment on table ingest.site_template is
    'What the pages of a source have in common: learned from its archive, used when new ones are cleaned.';
comment on column ingest.site_template.source_id is 'The source.';
comment on column ingest.site_template.version is 'Name of the content: equal knowledge has an equal version.';
comment on column ingest.site_template.learned_at is 'When it was learned.';
comment on column ingest.site_template.pages is 'Pages that it was learned from.';
comment on column ingest.site_template.stories is 'Distinct stories that those pages tell.';
comment on column ingest.site_template.template is
    'Lines and paths, where fields stand, and how far they can be trusted: docs/site-memory.md.';
comment on column ingest.site_template.is_current is 'Whether the next plan hands it to clean.';

grant select, insert, update, delete on ingest.site_template to dateline_loader;
