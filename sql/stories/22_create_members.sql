create temporary table stories_member (
    article_id bigint not null,
    story_id bigint not null,
    relation text not null,
    similarity real not null,
    primary key (article_id)
) on commit drop;

create temporary table stories_parting (
    story_id bigint not null,
    other_story_id bigint not null,
    relation text not null,
    similarity real not null
) on commit drop;
