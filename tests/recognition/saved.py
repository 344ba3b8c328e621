"""Saved pages: lines of `name: value`, a line of three dashes, and the body."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).parent / "pages"
ADDRESS = "https://outlet.example/2026/11/20/story"


@dataclass(frozen=True)
class Saved:
    name: str
    status: int
    headers: tuple[tuple[str, str], ...]
    url: str
    final_url: str
    body: bytes
    expect: str | None = None
    vendor: str | None = None


def read_saved(path: Path) -> Saved:
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    fields: dict[str, list[str]] = {}
    for line in head.splitlines():
        name, _, value = line.partition(": ")
        fields.setdefault(name, []).append(value)
    unknown = set(fields) - {"status", "header", "url", "final_url", "expect", "vendor"}
    assert not unknown, f"{path}: {unknown}"
    headers = [header.partition(": ") for header in fields.get("header", [])]
    url = fields.get("url", [ADDRESS])[0]
    return Saved(
        name=path.stem,
        status=int(fields.get("status", ["200"])[0]),
        headers=tuple((name, value) for name, _, value in headers),
        url=url,
        final_url=fields.get("final_url", [url])[0],
        body=body.rstrip("\n").encode(),
        expect=fields.get("expect", [None])[0],
        vendor=fields.get("vendor", [None])[0],
    )


def saved_pages(folder: str) -> list[Saved]:
    return [read_saved(path) for path in sorted((PAGES / folder).glob("*.html"))]
