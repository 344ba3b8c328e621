"""Errors that a person can act on.

Every error of this family is printed as one clear message without a traceback. Its text names the thing
(file, key, URL, host), the value that was found, and what to do about it.
"""


class DatelineError(Exception):
    """Base of all errors that are reported to the user as one message. `exit_code` is the command's exit status."""

    exit_code = 1


class ConfigError(DatelineError):
    """An environment variable, option or file of ours has a value that cannot be used."""

    exit_code = 2


class SourceError(ConfigError):
    """A source file is wrong: the message names file, key, value and remedy."""


class SiteError(DatelineError):
    """A site that was asked for cannot be reached or used: the message names the address and what stood in the way."""


class DatabaseError(DatelineError):
    """The database cannot be reached, refuses us, or has a schema that does not fit this version."""


class ArchiveError(DatelineError):
    """An archive address cannot be read or written, or a file in it is not what it should be."""


class ExportError(DatelineError):
    """Rows cannot be written where they should go: the message names the file and what stood in the way."""


class RunError(DatelineError):
    """A run folder, manifest or batch is missing, damaged or not in the state that a stage needs."""


class StageError(DatelineError):
    """A stage ended without doing all of its work. What it did is kept, and running it again goes on from there."""


class ReconciliationError(StageError):
    """The outcomes of a batch do not add up to what was discovered."""
