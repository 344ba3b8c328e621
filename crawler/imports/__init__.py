"""Other archives as an input: WARC files, and what web archives have of sites that are gone."""

from crawler.imports.cdx import Captures
from crawler.imports.files import FileImport, count_files, import_files
from crawler.imports.inputs import find_inputs
from crawler.imports.selection import TAKEN, LeftOut, Selection, choose_sources
from crawler.imports.state import ImportState, InputState, read_state
from crawler.imports.wayback import (
    WaybackImport,
    WaybackState,
    check_prefixes,
    count_ends,
    import_mementos,
    list_mementos,
    read_wayback_state,
)

__all__ = [
    "TAKEN",
    "Captures",
    "FileImport",
    "ImportState",
    "InputState",
    "LeftOut",
    "Selection",
    "WaybackImport",
    "WaybackState",
    "check_prefixes",
    "choose_sources",
    "count_ends",
    "count_files",
    "find_inputs",
    "import_files",
    "import_mementos",
    "list_mementos",
    "read_state",
    "read_wayback_state",
]
