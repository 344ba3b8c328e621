"""Other archives as an input: WARC files, and what web archives have of sites that are gone."""

from crawler.imports.files import FileImport, count_files, import_files
from crawler.imports.inputs import find_inputs
from crawler.imports.selection import TAKEN, LeftOut, Selection, choose_sources
from crawler.imports.state import ImportState, InputState, read_state

__all__ = [
    "TAKEN",
    "FileImport",
    "ImportState",
    "InputState",
    "LeftOut",
    "Selection",
    "choose_sources",
    "count_files",
    "find_inputs",
    "import_files",
    "read_state",
]
