"""Which extractor made a record."""

EXTRACTOR_VERSION = "1.1"
"""Changes whenever the same bytes may give other fields; `plan_reprocess` finds what an older one cleaned."""
