create temporary table stories_edge (
    article_id bigint not null,
    other_article_id bigint not null,
    relation text not null,
    similarity real not null
) on commit drop;

create temporary table stories_signed (
    article_id bigint not null,
    instant timestamptz not null,
    content_sha256 text not null
) on commit drop;
