-- What two lists of words or sentences have in common, in order: what the comparison of texts is made of.
--
-- plpgsql keeps the plans of its queries for the session; a function in SQL would be planned anew at each call.
set local role dateline_owner;

create or replace function news.diff_words(whole text) returns text[]
language plpgsql
immutable
parallel safe
as $$
begin
    return (
        -- Any character is matched by one of the three: spaces at the start; a word; punctuation after a word.
        select coalesce(array_agg(matched[1] order by place), '{}')
        from regexp_matches(
            whole,
            '^\s+|\S*[^\s.,;:!?…،؛؟۔«»“”"''()]\s*|[.,;:!?…،؛؟۔«»“”"''()]+\s*',
            'g'
        ) with ordinality as word (matched, place)
    );
end
$$;

comment on function news.diff_words(text) is
    'The words of a text in order, with the spaces that follow them; punctuation after a word stands alone. Put '
    'together, they are the text. whole: the text. Result: its words. A part of news.diff_parts().';

create or replace function news.diff_sentences(whole text) returns text[]
language plpgsql
immutable
parallel safe
as $$
begin
    return (
        with word as (
            select
                word,
                place,
                coalesce(lag(word) over (order by place) ~ '^[.!?…؟۔]\S*\s|\n', false) as begins_sentence
            from unnest(news.diff_words(whole)) with ordinality as word (word, place)
        ),

        numbered as (
            select
                word,
                place,
                count(*) filter (where begins_sentence) over (order by place) as sentence_number
            from word
        ),

        sentence as (
            select
                sentence_number,
                string_agg(word, '' order by place) as sentence
            from numbered
            group by sentence_number
        )

        select coalesce(array_agg(sentence order by sentence_number), '{}')
        from sentence
    );
end
$$;

comment on function news.diff_sentences(text) is
    'The sentences of a text in order; a paragraph ends one. Put together, they are the text. '
    'whole: the text. Result: its sentences. A part of news.diff_parts().';

create or replace function news.diff_pairs(old_items text[], new_items text[], cell_limit integer)
returns table (old_item text, new_item text)
language plpgsql
immutable
parallel safe
as $$
declare
    old_ids integer[];
    new_ids integer[];
    old_end integer := cardinality(old_items);
    new_end integer := cardinality(new_items);
    start integer := 1;
    height integer;
    width integer;
    lengths integer[];
    row integer := 0;
    col integer := 0;
begin
    -- The loops below compare numbers, not words. The space after a word is no part of it.
    with listed as (
        select false as is_new, old.place, old.item
        from unnest(old_items) with ordinality as old (item, place)
        union all
        select true, new.place, new.item
        from unnest(new_items) with ordinality as new (item, place)
    ),

    ranked as (
        select
            is_new,
            place,
            dense_rank() over (order by regexp_replace(item, '\s+$', '') collate "C")::integer as id
        from listed
    )

    select
        array_agg(id order by place) filter (where not is_new),
        array_agg(id order by place) filter (where is_new)
    into old_ids, new_ids
    from ranked;

    while start <= least(old_end, new_end) and old_ids[start] = new_ids[start] loop
        start := start + 1;
    end loop;
    while least(old_end, new_end) >= start and old_ids[old_end] = new_ids[new_end] loop
        old_end := old_end - 1;
        new_end := new_end - 1;
    end loop;

    return query select u.o, u.n from unnest(old_items[:start - 1], new_items[:start - 1]) as u (o, n);

    height := old_end - start + 1;
    width := new_end - start + 1;
    if height::bigint * width > cell_limit then
        return query select u.o, null from unnest(old_items[start:old_end]) as u (o);
        return query select null, u.n from unnest(new_items[start:new_end]) as u (n);
    else
        -- lengths[row, col]: of the longest common subsequence of what follows that many items of the old and the new.
        lengths := array_fill(0, array[(height + 1) * (width + 1)]);
        for r in reverse height - 1..0 loop
            for c in reverse width - 1..0 loop
                if old_ids[start + r] = new_ids[start + c] then
                    lengths[r * (width + 1) + c + 1] := lengths[(r + 1) * (width + 1) + c + 2] + 1;
                else
                    lengths[r * (width + 1) + c + 1] := greatest(
                        lengths[(r + 1) * (width + 1) + c + 1], lengths[r * (width + 1) + c + 2]
                    );
                end if;
            end loop;
        end loop;
        while row < height or col < width loop
            if row < height and col < width and old_ids[start + row] = new_ids[start + col] then
                old_item := old_items[start + row];
                new_item := new_items[start + col];
                row := row + 1;
                col := col + 1;
            elsif col = width or (
                row < height
                and lengths[(row + 1) * (width + 1) + col + 1] >= lengths[row * (width + 1) + col + 2]
            ) then
                old_item := old_items[start + row];
                new_item := null;
                row := row + 1;
            else
                old_item := null;
                new_item := new_items[start + col];
                col := col + 1;
            end if;
            return next;
        end loop;
    end if;

    return query select u.o, u.n from unnest(old_items[old_end + 1:], new_items[new_end + 1:]) as u (o, n);
end
$$;

comment on function news.diff_pairs(text[], text[], integer) is
    'Two lists side by side, by their longest common subsequence; the space at the end of an item does not count. '
    'old_items, new_items: the lists. cell_limit: where what differs is longer (items of the one times items of the '
    'other), nothing in it is paired. Result, in order: old_item, new_item; null: it has no partner. '
    'A part of news.diff_parts().';
