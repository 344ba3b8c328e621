-- What outlets changed in their articles within the last day: [-went-], {+came+}
select
    observed_at,
    source_id,
    new_title,
    left(text_diff, 90) as text_diff
from news.edit
where observed_at >= now() - interval '1 day'
order by observed_at desc
limit 5;
