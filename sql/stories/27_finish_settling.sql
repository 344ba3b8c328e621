drop table if exists stories_member, stories_parting, stories_affected, stories_relation, stories_regrouped;
