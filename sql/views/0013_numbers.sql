-- The numbers of a text, and those that another text of the same article lacks: tolls that were edited.
--
-- plpgsql keeps the plans of its queries for the session; a function in SQL would be planned anew at each call.
set local role dateline_owner;

create or replace function news.numbers_in(whole text) returns text[]
language plpgsql
immutable
parallel safe
as $$
begin
    return (
        select coalesce(array_agg(replace(replace(regexp_replace(matched[1], '[,٬](?=[0-9]{3}(?![0-9]))', '', 'g'), '٫', '.'), '٬', ',') order by place), '{}')
        from regexp_matches(
            translate(whole, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '01234567890123456789'),
            '[0-9]+(?:[.,٫٬][0-9]+)*',
            'g'
        ) with ordinality as number (matched, place)
    );
end
$$;

comment on function news.numbers_in(text) is
    'The numbers of a text in order, in European digits and without signs between thousands: «1,200» and «١٢٠٠» are '
    '1200. Numbers in words («twelve») are not seen. whole: the text. Result: the numbers as they stand.';

create or replace function news.numbers_lost(old_text text, new_text text) returns text[]
language plpgsql
immutable
parallel safe
as $$
begin
    return (
        -- A number that stood three times and stands twice is lost once.
        with old as (
            select
                number,
                place,
                row_number() over (partition by number order by place) as nth
            from unnest(news.numbers_in(old_text)) with ordinality as old (number, place)
        ),

        new as (
            select
                number,
                row_number() over (partition by number order by place) as nth
            from unnest(news.numbers_in(new_text)) with ordinality as new (number, place)
        )

        select coalesce(array_agg(old.number order by old.place), '{}')
        from old
        left join new
            on new.number = old.number
            and new.nth = old.nth
        where new.number is null
    );
end
$$;

comment on function news.numbers_lost(text, text) is
    'Numbers that the old text has and the new one has not, or not as often; turned round, the numbers that came. '
    'old_text, new_text: the texts. Result: numbers as of news.numbers_in().';
