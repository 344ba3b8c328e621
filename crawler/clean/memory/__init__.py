"""Site memory: what the pages of one source have in common, learned from the archive and used for its new pages.

observe(page, reading, fields) -> Observation              what one page tells of its site
learn(observations, learned_at) -> SiteTemplate | None     what several have in common
adjust(page, reading, template) -> Reading                 furniture dropped, paths weighed
apply_fields(fields, template, fetched_at) -> ArticleFields  titles, authors and dates corrected

docs/site-memory.md says how, and how much it helps.
"""

from crawler.clean.memory.applying import adjust, apply_fields
from crawler.clean.memory.learning import LEAST_STORIES, MOST_PAGES, learn
from crawler.clean.memory.observation import Observation, observe
from crawler.clean.memory.template import SiteTemplate, load_template

__all__ = [
    "LEAST_STORIES",
    "MOST_PAGES",
    "Observation",
    "SiteTemplate",
    "adjust",
    "apply_fields",
    "learn",
    "load_template",
    "observe",
]
