insert into ingest.site_template (source_id, version, learned_at, pages, stories, template, is_current)
values (%(source_id)s, %(version)s, %(learned_at)s, %(pages)s, %(stories)s, %(template)s::jsonb, true)
on conflict (source_id, version) do update
set
    is_current = true,
    learned_at = excluded.learned_at
