"""Dateline: a scheduled news scraping pipeline (package `crawler`, command `dateline`)."""

__version__ = "0.1.0"
