create temporary table bench_article (
    article_id bigint,
    source_id text,
    url_key text,
    title text,
    text text,
    language text,
    content_sha256 text,
    at timestamptz
) on commit drop;
