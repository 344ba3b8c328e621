-- Source files into news.source and ingest.source_state; a row that would not change is not even locked.
with described as (
    select
        source_id,
        definition ->> 'name' as name,
        definition ->> 'home_page' as home_page,
        definition ->> 'country' as country,
        definition ->> 'kind' as kind,
        array(select jsonb_array_elements_text(definition -> 'languages')) as languages,
        definition ->> 'time_zone' as time_zone,
        (definition ->> 'enabled')::boolean as is_enabled,
        (definition ->> 'verified_on')::date as verified_on,
        (definition #>> '{expect,articles_per_day_min}')::integer as articles_per_day_min,
        (definition #>> '{expect,articles_per_day_max}')::integer as articles_per_day_max,
        definition ->> 'notes' as notes
    from source_file
)

insert into news.source (
    source_id,
    name,
    home_page,
    country,
    kind,
    languages,
    time_zone,
    is_enabled,
    verified_on,
    articles_per_day_min,
    articles_per_day_max,
    notes
)
select
    source_id,
    name,
    home_page,
    country,
    kind,
    languages,
    time_zone,
    is_enabled,
    verified_on,
    articles_per_day_min,
    articles_per_day_max,
    notes
from described
except
select
    source_id,
    name,
    home_page,
    country,
    kind,
    languages,
    time_zone,
    is_enabled,
    verified_on,
    articles_per_day_min,
    articles_per_day_max,
    notes
from news.source
order by source_id
on conflict (source_id) do update
set
    name = excluded.name,
    home_page = excluded.home_page,
    country = excluded.country,
    kind = excluded.kind,
    languages = excluded.languages,
    time_zone = excluded.time_zone,
    is_enabled = excluded.is_enabled,
    verified_on = excluded.verified_on,
    articles_per_day_min = excluded.articles_per_day_min,
    articles_per_day_max = excluded.articles_per_day_max,
    notes = excluded.notes,
    updated_at = now();

-- Another schedule is in effect at once, but for a wait that the endpoint has asked for.
update ingest.endpoint
set next_due_at = least(
    endpoint.next_due_at,
    greatest(now(), endpoint.last_visited_at + make_interval(secs => least(coalesce(endpoint.wait_seconds, 0), 86400)))
)
from ingest.source_state
inner join source_file
    on source_file.source_id = source_state.source_id
where endpoint.source_id = source_state.source_id
    and endpoint.next_due_at > now()
    and source_state.definition -> 'schedule' <> source_file.definition -> 'schedule';

insert into ingest.source_state as known (source_id, definition, next_due_at)
select
    source_id,
    definition,
    now()
from source_file
where not exists (
    select
    from ingest.source_state
    where source_state.source_id = source_file.source_id
        and source_state.definition = source_file.definition
)
order by source_id
on conflict (source_id) do update
set
    definition = excluded.definition,
    next_due_at = case
        when (known.definition -> 'schedule', known.definition -> 'feeds', known.definition -> 'sitemaps')
            = (excluded.definition -> 'schedule', excluded.definition -> 'feeds', excluded.definition -> 'sitemaps')
            and known.definition -> 'section_pages' = excluded.definition -> 'section_pages'
            then known.next_due_at
        -- It may name an endpoint that was never asked.
        else least(known.next_due_at, now())
    end;
