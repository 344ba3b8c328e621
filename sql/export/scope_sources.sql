(%(source_ids)s::text[] is null or exported.source_id = any (%(source_ids)s::text[]))
and (%(languages)s::text[] is null or exported.languages && %(languages)s::text[])
