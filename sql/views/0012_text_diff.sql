-- What changed between two texts, in words that a person can read in an SQL client.
--
-- plpgsql keeps the plans of its queries for the session; a function in SQL would be planned anew at each call.
set local role dateline_owner;

create or replace function news.diff_wording(old_sentence text, new_sentence text, cell_limit integer)
returns table (kind text, part text)
language plpgsql
immutable
parallel safe
as $$
#variable_conflict use_column
begin
    return query
    with word as (
        select
            row_number() over (order by pair.place, word.step) as place,
            word.kind,
            word.word
        from news.diff_pairs(news.diff_words(old_sentence), news.diff_words(new_sentence), cell_limit)
            with ordinality as pair (old_item, new_item, place)
        -- One word with other space after it: the word is the same, the space is not.
        cross join lateral (
            values
                (1, 'same', case when old_item = new_item then old_item else regexp_replace(old_item, '\s+$', '') end),
                (2, 'removed', case when old_item <> new_item then substring(old_item from '\s*$') end),
                (3, 'added', case when old_item <> new_item then substring(new_item from '\s*$') end),
                (4, 'removed', case when new_item is null then old_item end),
                (5, 'added', case when old_item is null then new_item end)
        ) as word (step, kind, word)
        where word.word <> ''
            and (word.kind <> 'same' or pair.new_item is not null)
    ),

    numbered as (
        select
            place,
            kind,
            word,
            place - row_number() over (partition by kind order by place) as run
        from word
    )

    select
        kind,
        string_agg(word, '' order by place)
    from numbered
    group by
        kind,
        run
    order by min(place);
end
$$;

comment on function news.diff_wording(text, text, integer) is
    'The old and the new wording of a sentence side by side. old_sentence, new_sentence: the wordings. cell_limit: as '
    'of news.diff_pairs(). Result, in order: kind: same, removed or added; part: a run of words. '
    'A part of news.diff_parts().';

create or replace function news.diff_ends(old_text text, new_text text)
returns table (head_length integer, tail_length integer)
language plpgsql
immutable
parallel safe
as $$
declare
    sentence_end constant text := '(?:[.!?…؟۔][»”"'')]*\s+|\n)';
    shorter constant integer := least(length(old_text), length(new_text));
    too_long integer := shorter + 1;
    middle integer;
begin
    head_length := 0;
    while too_long - head_length > 1 loop
        middle := (head_length + too_long) / 2;
        if left(old_text, middle) = left(new_text, middle) then
            head_length := middle;
        else
            too_long := middle;
        end if;
    end loop;
    head_length := coalesce(length(substring(left(old_text, head_length) from '^.*' || sentence_end)), 0);

    tail_length := 0;
    too_long := shorter - head_length + 1;
    while too_long - tail_length > 1 loop
        middle := (tail_length + too_long) / 2;
        if right(old_text, middle) = right(new_text, middle) then
            tail_length := middle;
        else
            too_long := middle;
        end if;
    end loop;
    tail_length := case
        when tail_length = 0 then 0
        else coalesce(length(substring(right(old_text, tail_length) from sentence_end || '(.*)$')), 0)
    end;
    return next;
end
$$;

comment on function news.diff_ends(text, text) is
    'Whole sentences that two texts begin and end with alike. old_text, new_text: the texts. Result: head_length, '
    'tail_length: how many characters these are. A part of news.diff_parts().';

create or replace function news.diff_parts(old_text text, new_text text)
returns table (line_number bigint, kind text, part text)
language plpgsql
immutable
parallel safe
as $$
#variable_conflict use_column
begin
    return query
    with changed as (
        select
            left(old_text, head_length) as head,
            right(old_text, tail_length) as tail,
            substr(old_text, head_length + 1, length(old_text) - head_length - tail_length) as old_middle,
            substr(new_text, head_length + 1, length(new_text) - head_length - tail_length) as new_middle,
            length(old_text) + length(new_text) - 2 * (head_length + tail_length) > 200000 as is_too_long
        from news.diff_ends(old_text, new_text)
    ),

    pair as (
        select
            pair.place,
            pair.old_item,
            pair.new_item,
            count(*) filter (where pair.old_item is not null and pair.new_item is not null) over (
                order by pair.place
            ) as block
        from changed
        cross join lateral news.diff_pairs(
            case when is_too_long then array[old_middle] else news.diff_sentences(old_middle) end,
            case when is_too_long then array[new_middle] else news.diff_sentences(new_middle) end,
            200000
        ) with ordinality as pair (old_item, new_item, place)
    ),

    -- What went and what came between two sentences that stayed. As many came as went: each is likely another's new
    -- wording. Else they are compared as one.
    replaced as (
        select
            block,
            array_agg(old_item order by place) filter (where new_item is null) as removed,
            array_agg(new_item order by place) filter (where old_item is null) as added
        from pair
        group by block
    ),

    line as (
        select
            block,
            0 as place,
            old_item,
            new_item
        from pair
        where old_item is not null
            and new_item is not null

        union all

        select
            replaced.block,
            line.place,
            line.old_item,
            line.new_item
        from replaced
        cross join lateral unnest(
            case when cardinality(removed) <> cardinality(added) then array[array_to_string(removed, '')] else removed end,
            case when cardinality(removed) <> cardinality(added) then array[array_to_string(added, '')] else added end
        ) with ordinality as line (old_item, new_item, place)
    ),

    counted as (
        select
            *,
            -- All comparisons together are bounded, however many they are.
            300000 / greatest(1, count(*) filter (where old_item <> new_item) over ()) as cell_limit
        from line
    ),

    worded as (
        select
            counted.block,
            counted.place,
            counted.old_item,
            counted.new_item,
            wording.kinds,
            wording.parts,
            -- Little in common: another sentence, not another wording.
            coalesce(wording.same_length, 0) * 3 >= greatest(length(old_item), length(new_item)) as is_alike
        from counted
        cross join changed
        cross join lateral (
            select
                array_agg(kind order by place) as kinds,
                array_agg(part order by place) as parts,
                sum(length(part)) filter (where kind = 'same') as same_length
            from news.diff_wording(counted.old_item, counted.new_item, counted.cell_limit::integer)
                with ordinality as wording (kind, part, place)
            where counted.old_item <> counted.new_item
                and not changed.is_too_long
        ) as wording
    ),

    part as (
        select
            block,
            worded.place,
            1 as half,
            part.place as part_place,
            part.kind,
            part.part
        from worded
        cross join lateral unnest(kinds, parts) with ordinality as part (kind, part, place)
        where is_alike

        union all

        select
            worded.block,
            worded.place,
            side.half,
            1,
            side.kind,
            side.part
        from worded
        cross join lateral (
            values
                (1, 'same', case when old_item = new_item then old_item end),
                (1, 'removed', case when old_item is distinct from new_item then old_item end),
                (2, 'added', case when old_item is distinct from new_item then new_item end)
        ) as side (half, kind, part)
        where (not is_alike or kinds is null)
            and side.part <> ''

        union all

        select
            unchanged.block,
            0,
            1,
            1,
            'same',
            unchanged.part
        from changed
        cross join lateral (
            values
                (-1, head),
                (1000000000, tail)
        ) as unchanged (block, part)
        where unchanged.part <> ''
    )

    select
        dense_rank() over (order by block, place, half),
        kind,
        part
    from part
    order by
        block,
        place,
        half,
        part_place;
end
$$;

comment on function news.diff_parts(text, text) is
    'Two texts side by side. old_text, new_text: the texts. '
    'Result, in order: line_number: a sentence, its old and new wording, or the unchanged sentences at either end; '
    'kind: same, removed or added; part: a run of words. The parts that are not added, put together, are the old text; those that are not removed, the new one. '
    'Of texts that are very long or have all but nothing in common, long runs count as removed and added.';

create or replace function news.text_diff(old_text text, new_text text, with_unchanged boolean default false)
returns text
language plpgsql
immutable
parallel safe
as $$
begin
    return (
        with part as (
            select
                line_number,
                place,
                kind,
                regexp_replace(part, '\s+$', '') as words,
                substring(part from '\s*$') as space,
                lead(kind) over line as next_kind,
                lead(part ~ '\s$') over line as next_ends_in_space
            from news.diff_parts(old_text, new_text) with ordinality as part (line_number, kind, part, place)
            window line as (partition by line_number order by place)
        ),

        line as (
            select
                line_number,
                coalesce(array_agg(distinct kind) filter (where words <> ''), '{same}') as kinds,
                string_agg(words || space, '' order by place) as plain,
                string_agg(
                    case
                        when kind = 'same' or words = '' then words
                        when kind = 'removed' then '[-' || words || '-]'
                        else '{+' || words || '+}'
                    end
                    -- Once, where a word stands for another.
                    || case when kind = 'removed' and next_kind = 'added' and next_ends_in_space then '' else space end,
                    ''
                    order by place
                ) as marked
            from part
            group by line_number
        ),

        signed as (
            select
                line_number,
                case
                    when cardinality(kinds) > 1 then '~ '
                    when kinds = '{removed}' then '- '
                    when kinds = '{added}' then '+ '
                    when with_unchanged then '  '
                end as sign,
                case when cardinality(kinds) > 1 then marked else plain end as line
            from line
        )

        select string_agg(sign || btrim(regexp_replace(line, '\s+', ' ', 'g')), E'\n' order by line_number)
        from signed
    );
end
$$;

comment on function news.text_diff(text, text, boolean) is
    'What changed between two texts, for people: a line a sentence. «- …» went, «+ …» came, «~ …» was reworded, with '
    '[-what went-] and {+what came+}; space does not count. old_text, new_text: the texts. with_unchanged: show all '
    'other sentences too, indented. Result: the lines; null: nothing but space changed.';
