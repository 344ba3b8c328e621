"""`python -m crawler.sample_site`: serve the sample site on this machine."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.errors import ConfigError
from crawler.sample_site.site import DEFAULT_BASE_PORT, run_site


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dateline sample-site", description="Serve the sample site on this machine.")
    parser.add_argument("--port", help=f"first of five ports (DATELINE_SAMPLE_PORT, else {DEFAULT_BASE_PORT})")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the state here across restarts")
    parser.add_argument(
        "--edition-seconds", type=float, default=600, metavar="N", help="publish that often (600); 0: by hand"
    )
    parser.add_argument(
        "--developing-seconds", type=float, default=3.0, metavar="N", help="when the first edit comes (3)"
    )
    parser.add_argument("--write-sources", type=Path, metavar="DIR", help="write one source file per outlet")
    options = parser.parse_args(arguments)
    port = options.port or os.environ.get("DATELINE_SAMPLE_PORT") or str(DEFAULT_BASE_PORT)
    if not port.isdecimal():
        print(f"The sample site's port is {port!r}; --port and DATELINE_SAMPLE_PORT take a number.", file=sys.stderr)
        return ConfigError.exit_code
    try:
        run_site(
            int(port),
            options.state,
            options.edition_seconds,
            options.developing_seconds,
            options.write_sources,
            echo=lambda line: print(line, flush=True),
        )
    except ConfigError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
