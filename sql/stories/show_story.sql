select story.*
from news.story_article
inner join news.story
    on story.story_id = story_article.story_id
where story_article.article_id = %(article_id)s
