"""`python -m crawler` is the command `dateline`."""

from crawler.cli.main import main

main()
