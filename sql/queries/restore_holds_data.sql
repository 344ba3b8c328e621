-- Whether anything was ever planned or loaded. All other rows rest on these, or come with the migrations.
select
    exists (
        select
        from news.source
    )
    or exists (
        select
        from ingest.run
    )
