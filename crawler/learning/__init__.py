"""Learning what the sites of sources are like, from what the archive holds of them.

learn_sources(settings, sources, …) -> list[Learned]      reads, learns, and stores what is new
read_template(settings, source_id) -> SiteTemplate | None
"""

from crawler.learning.sources import Learned, learn_sources
from crawler.learning.store import read_template

__all__ = ["Learned", "learn_sources", "read_template"]
