"""The only writer of analyst tables."""

from crawler.load.batch import load_batch

__all__ = ["load_batch"]
