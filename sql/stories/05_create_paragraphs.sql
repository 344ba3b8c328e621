create temporary table stories_paragraph (
    paragraph_hash bigint not null,
    title_hash bigint not null,
    article_id bigint not null,
    instant timestamptz not null
) on commit drop;
