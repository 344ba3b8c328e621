"""Site memory: what the pages of one source have in common, learned from the archive and used for its new pages.

observe(page, reading, fields) -> Observation              what one page tells of its site
learn(observations, learned_at) -> SiteTemplate | None     what several have in common
adjust(page, reading, template) -> Reading                 furniture dropped, paths weighed
apply_fields(fields, template, fetched_at) -> ArticleFields  titles, authors and dates corrected

docs/site-memory.md says how, and how much it helps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.clean.memory.applying import adjust, apply_fields
    from crawler.clean.memory.learning import LEAST_STORIES, MOST_PAGES, learn
    from crawler.clean.memory.observation import Observation, observe
    from crawler.clean.memory.template import SiteTemplate, differs, load_template

__all__ = [
    "LEAST_STORIES",
    "MOST_PAGES",
    "Observation",
    "SiteTemplate",
    "adjust",
    "apply_fields",
    "differs",
    "learn",
    "load_template",
    "observe",
]

_HOMES = {
    **dict.fromkeys(("adjust", "apply_fields"), "applying"),
    **dict.fromkeys(("LEAST_STORIES", "MOST_PAGES", "learn"), "learning"),
    **dict.fromkeys(("Observation", "observe"), "observation"),
    **dict.fromkeys(("SiteTemplate", "differs", "load_template"), "template"),
}


def __getattr__(name: str) -> Any:
    # Loaded when asked for: who only hands a template on needs none of the model's libraries.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
