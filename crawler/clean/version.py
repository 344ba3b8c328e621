"""Which extractor made a record."""

EXTRACTOR_VERSION = "2.0"
"""Changes whenever the same bytes may give other fields; `plan_reprocess` finds what an older one cleaned."""
