-- Before anything else of a transaction that writes rows with an updated_at: news.loaded_until sees it.
select ingest.begin_write()
