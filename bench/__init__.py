"""Measurements: `make bench`, docs/benchmarks.md. Nothing here is a test, and nothing of it is installed."""
