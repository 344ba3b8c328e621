"""Stories: all copies of one report, whoever published them, are one."""

from crawler.stories.update import StoriesReport, rebuild_stories, update_stories

__all__ = ["StoriesReport", "rebuild_stories", "update_stories"]
