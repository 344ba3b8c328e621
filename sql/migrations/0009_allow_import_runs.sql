-- A third kind of run: pages out of WARC files and web archives.
set local role dateline_owner;

alter table ingest.run
drop constraint run_kind_check,
add constraint run_kind_check check (kind in ('news', 'reprocess', 'import'));

comment on column ingest.run.kind is
    'news: crawl what is due; reprocess: clean and load what the archive holds; import: take in WARC files or what a '
    'web archive has.';

alter table ingest.batch
drop constraint batch_kind_check,
add constraint batch_kind_check check (kind in ('news', 'reprocess', 'import'));

comment on column ingest.batch.kind is 'news, reprocess or import.';
