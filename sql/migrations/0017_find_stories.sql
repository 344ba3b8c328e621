-- What stories are found with: signatures of texts, candidates, edges. docs/decisions/0013-stories.md
-- Only new tables, and one row for each article that is known: nobody waits.
set local role dateline_owner;

create table ingest.story_pending (
    pending_id bigint not null generated always as identity,
    article_id bigint not null,
    primary key (pending_id)
);

comment on table ingest.story_pending is
    'Articles whose story has to be found: new, or changed since. An article may stand here more than once.';
comment on column ingest.story_pending.pending_id is 'Number of the entry: who has dealt with it removes this one only.';
comment on column ingest.story_pending.article_id is 'The article.';

create table ingest.story_text (
    article_id bigint not null,
    instant timestamptz not null,
    content_sha256 text not null,
    primary key (article_id)
);

comment on table ingest.story_text is 'Articles that have a signature, and what it was made of.';
comment on column ingest.story_text.article_id is 'The article.';
comment on column ingest.story_text.instant is
    'When it was published, or first fetched where the outlet does not say. Texts are compared within 30 days.';
comment on column ingest.story_text.content_sha256 is 'SHA-256 of the title and text that the signature was made of.';

create table ingest.story_signature (
    article_id bigint not null,
    instant timestamptz not null,
    digest bigint not null,
    shingles bytea not null,
    numbers bytea not null,
    bands bigint[] not null,
    paragraphs bigint[] not null,
    primary key (article_id, instant)
) partition by range (instant);

alter table ingest.story_signature
alter column shingles set storage external,
alter column numbers set storage external,
alter column bands set storage external,
alter column paragraphs set storage external;

comment on table ingest.story_signature is
    'What of a text is compared: its word triples and its numbers, without what its outlet prints under many articles.';
comment on column ingest.story_signature.article_id is 'The article.';
comment on column ingest.story_signature.instant is 'As in ingest.story_text.';
comment on column ingest.story_signature.digest is 'Hash of all words that count: the same for the same words.';
comment on column ingest.story_signature.shingles is
    'Hashes of the word triples, sorted, 32 bits each, little-endian; of character groups in scripts without spaces.';
comment on column ingest.story_signature.numbers is
    'Numbers with the words around them: rows of 11 hashes of 32 bits, little-endian.';
comment on column ingest.story_signature.bands is 'Its rows in ingest.story_band.';
comment on column ingest.story_signature.paragraphs is 'Its rows in ingest.story_paragraph.';

create table ingest.story_band (
    band_hash bigint not null,
    article_id bigint not null,
    instant timestamptz not null
) partition by range (instant);

comment on table ingest.story_band is 'Texts that share a band hash are compared: locality-sensitive hashing by MinHash.';
comment on column ingest.story_band.band_hash is 'Hash of some MinHash values of a text, or of the whole of it.';
comment on column ingest.story_band.article_id is 'The article.';
comment on column ingest.story_band.instant is 'As in ingest.story_text.';

create index story_band_band_hash_idx on ingest.story_band (band_hash);

comment on index ingest.story_band_band_hash_idx is 'stories/09_select_candidates: which texts share a band?';

create table ingest.story_paragraph (
    paragraph_hash bigint not null,
    title_hash bigint not null,
    article_id bigint not null,
    instant timestamptz not null
) partition by range (instant);

comment on table ingest.story_paragraph is 'First and last paragraphs of each text: what an outlet repeats is found here.';
comment on column ingest.story_paragraph.paragraph_hash is 'Hash of the source and the words of the paragraph.';
comment on column ingest.story_paragraph.title_hash is 'Hash of the words of the headline.';
comment on column ingest.story_paragraph.article_id is 'The article.';
comment on column ingest.story_paragraph.instant is 'As in ingest.story_text.';

create index story_paragraph_paragraph_hash_idx on ingest.story_paragraph (paragraph_hash);

comment on index ingest.story_paragraph_paragraph_hash_idx is
    'stories/07_queue_readers: who else has a paragraph that turns out to be boilerplate?';

create table ingest.story_boilerplate (
    paragraph_hash bigint not null,
    primary key (paragraph_hash)
);

comment on table ingest.story_boilerplate is
    'Paragraphs that do not count: in some month their source had them under four or more different headlines.';
comment on column ingest.story_boilerplate.paragraph_hash is 'As in ingest.story_paragraph.';

create table ingest.story_edge (
    article_id bigint not null,
    other_article_id bigint not null,
    relation text not null,
    similarity real not null,
    primary key (article_id, other_article_id),
    constraint story_edge_order_check check (article_id < other_article_id),
    constraint story_edge_relation_check check (relation in ('same', 'copy', 'part', 'other_numbers', 'overlap'))
);

comment on table ingest.story_edge is
    'Pairs of articles whose texts have been compared and found alike. Of many with the same words, only neighbours in '
    'time have a row.';
comment on column ingest.story_edge.article_id is 'The one article, with the smaller number.';
comment on column ingest.story_edge.other_article_id is 'The other article.';
comment on column ingest.story_edge.relation is
    'same: the same words; copy: nearly; part: one is a part of the other; other_numbers: copies but for numbers; '
    'overlap: they have words in common.';
comment on column ingest.story_edge.similarity is 'Jaccard index of their word triples: 0 to 1.';

create index story_edge_other_article_id_idx on ingest.story_edge (other_article_id);

comment on index ingest.story_edge_other_article_id_idx is
    'stories/20_select_edges: what is an article alike, when it is the second of the pair?';

insert into ingest.monthly_table (table_name)
values ('ingest.story_signature'), ('ingest.story_band'), ('ingest.story_paragraph');

grant select, insert, delete on ingest.story_pending, ingest.story_band, ingest.story_paragraph to dateline_loader;
grant select, insert, delete on ingest.story_signature, ingest.story_boilerplate to dateline_loader;
grant select, insert, update, delete on ingest.story_text, ingest.story_edge to dateline_loader;

insert into ingest.story_pending (article_id)
select article_id
from news.article
order by article_id;
