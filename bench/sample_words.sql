-- Of the oldest English articles: a word that many have, one that only one has, and two neighbours.
with sample as (
    select text
    from news.article
    where language = 'en'
    order by article_id
    limit 400
),

word as (
    select
        lower(found.parts[1]) as word,
        count(*) as times
    from sample
    cross join lateral regexp_matches(sample.text, '\m([[:alpha:]]{6,})\M', 'g') as found (parts)
    group by lower(found.parts[1])
)

select
    (select word from word order by times desc, word limit 1) as common,
    (select word from word where times = 1 order by word limit 1) as rare,
    (select substring(text from '\m[[:alpha:]]{6,} [[:alpha:]]{6,}\M') from sample limit 1) as phrase
