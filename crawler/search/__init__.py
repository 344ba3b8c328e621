"""Full-text search: asking, and making the documents that it reads. The search itself is SQL: `news.search`."""

from crawler.search.asking import MARKS, Filters, SearchHit, TitleHit, search_articles, search_titles
from crawler.search.indexing import reindex_search

__all__ = ["MARKS", "Filters", "SearchHit", "TitleHit", "reindex_search", "search_articles", "search_titles"]
