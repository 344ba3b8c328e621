-- Numbers that were edited, in the newest fifty edits: a toll that was corrected
select
    observed_at,
    source_id,
    new_title,
    numbers_removed,
    numbers_added
from (
    select *
    from news.edit
    order by observed_at desc
    limit 50
) as newest
where numbers_removed <> '{}'
    and numbers_added <> '{}'
order by observed_at desc
limit 6;
