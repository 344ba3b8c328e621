"""Fit the weights of what speaks for and against a claim on a page's date, and say how well they do on unseen sites.

    pip install -e '.[train]' && python -m training.fit_date_weights [--folds 5] [--pull 2]

Pages and their right days are those of ../shared/data/pages (sets `metadata`, `dates`, `articles`); each page is taken
a second time without its head, so that what is shown learns to stand alone. The model is a choice: the chance of a
claim is the exponential of its traits' weights, against the sum over the page's claims. Weights are pulled towards
`GUESSES`, and may not change the sign that their trait speaks for. Folds are by host. Writes the table of
crawler/clean/date_weights.py to standard output.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
from scipy.optimize import minimize

from crawler.clean.date_zone import Place
from crawler.clean.dates import collect_claims, eligible, instant_of, relate
from crawler.clean.features import compute_features
from crawler.clean.headline import find_headline
from crawler.clean.page import Page, parse_page
from crawler.clean.shown_claims import lay_out
from crawler.clean.text_model import score_blocks
from crawler.records import Precision

SHARED = Path(__file__).resolve().parents[2] / "shared"
sys.path.insert(0, str(SHARED / "score" / "extraction"))
import metrics  # noqa: E402

SETS = {"metadata": 2.0, "dates": 1.0, "articles": 0.5}
HEADLESS_WEIGHT = 0.5
RAREST = 6
GUESSES = {
    "ld": 1, "meta": 1, "ld-page": 1, "microdata": 0.8, "labelled": 0.8, "feed": 0.8, "url": 0.5, "meta-odd": 0.5,
    "title": 0.3, "time": 0.3, "meta-date": 0.3, "url-odd": 0.2, "with-url": 0.8, "with-feed": 0.8, "with-shown": 0.8,
    "with-stated": 0.5, "with-both": 0.5, "with-url-month": 0.5, "with-changed": 0.1, "no-headline": -0.2, "ago": -0.3,
    "script": -0.5, "updated": -0.5, "footer": -0.5, "linked": -0.5, "after-body": -0.5, "against-shown": -0.5,
    "against-feed": -0.5, "script-created": -0.8, "against-stated": -0.8, "against-url": -0.8, "elsewhere": -1,
    "far": -1, "listed": -1, "of-other": -1, "against-url-month": -1,
    "meta-many": -1, "meta-modified": -1, "ld-modified": -1,
    "today": -1.5, "in-body": -2,
}  # fmt: skip
FOR = ("with-", "labelled", "date-role", "microdata", "shown-twice", "first-shown", "bare")
AGAINST = ("against-", "elsewhere", "maybe-", "in-body", "far", "linked", "footer", "after-body", "alone", "listed",
           "of-other", "script", "meta-modified", "ld-modified", "updated")  # fmt: skip


@dataclass
class Sample:
    kind: str
    host: str
    weight: float
    traits: list[tuple[str, ...]]
    is_right: np.ndarray


def read_samples(name: str) -> Iterator[Sample]:
    folder = SHARED / "data" / "pages" / name
    # Some days are NaN, which orjson does not read.
    gold = {row["id"]: row.get("date") for row in map(json.loads, (folder / "gold.jsonl").read_bytes().splitlines())}
    with gzip.open(folder / "pages.jsonl.gz") as lines:
        for row in map(orjson.loads, lines):
            truth = gold.get(row["id"])
            if not isinstance(truth, str):
                continue
            page = parse_page(row["html"], row["url"] or "")
            headline = find_headline(page)
            body = np.nonzero(score_blocks(compute_features(page, headline)) >= 0.5)[0].tolist() if page.blocks else []
            yield make_sample(page, headline, body, truth, name, SETS[name])
            page.metas, page.nodes, page.article, page.head_title, page.source = {}, [], {}, "", ""
            page.url = f"https://{page.host}/"
            yield make_sample(page, headline, body, truth, "headless", HEADLESS_WEIGHT)


def make_sample(page: Page, headline: int | None, body: list[int], truth: str, kind: str, weight: float) -> Sample:
    claims = collect_claims(page, lay_out(page, headline, body))
    relate(claims, page)
    place, able = Place(page, claims), eligible(claims)
    right = []
    for claim in able:
        moment = instant_of(claim, [c for c in able if c.reading.agrees(claim.reading)], place)
        written = None
        if moment is not None:
            written = moment.at.date().isoformat() if moment.precision is Precision.DAY else moment.at.isoformat()
        right.append(bool(metrics.date_scores(truth, written)[1]))
    return Sample(kind, page.host, weight, [tuple(c.traits) for c in able], np.array(right, bool))


def fit(samples: list[Sample], traits: list[str], pull: float) -> np.ndarray:
    guess = np.array([GUESSES.get(trait, 0.0) for trait in traits])
    bounds = [(0, None) if t.startswith(FOR) else (None, 0) if t.startswith(AGAINST) else (None, None) for t in traits]
    data = [(tabulate(s, traits), s.is_right, s.weight) for s in samples if s.is_right.any() and not s.is_right.all()]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.0, np.zeros_like(weights)
        for table, right, weight in data:
            scores = table @ weights
            chances = np.exp(scores - scores.max())
            of_right = chances[right].sum()
            total -= weight * float(np.log(of_right / chances.sum()))
            slope -= weight * (table.T @ (np.where(right, chances / of_right, 0) - chances / chances.sum()))
        away = weights - guess
        return total + pull * float(away @ away), slope + 2 * pull * away

    return minimize(loss, guess.copy(), jac=True, method="L-BFGS-B", bounds=bounds).x


def tabulate(sample: Sample, traits: list[str]) -> np.ndarray:
    return np.array([[float(trait in claim) for trait in traits] for claim in sample.traits])


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--folds", type=int, default=5)
    cli.add_argument("--pull", type=float, default=2.0)
    args = cli.parse_args()
    samples = [sample for name in SETS for sample in read_samples(name)]
    counts = Counter(trait for sample in samples for claim in sample.traits for trait in set(claim))
    traits = [trait for trait, count in counts.most_common() if count >= RAREST]
    right: dict[str, list[bool]] = {}
    folds = [zlib.crc32(".".join(sample.host.split(".")[-2:]).encode()) % args.folds for sample in samples]
    for number in range(args.folds):
        weights = fit([s for s, fold in zip(samples, folds, strict=True) if fold != number], traits, args.pull)
        for sample, fold in zip(samples, folds, strict=True):
            if fold == number:
                best = int((tabulate(sample, traits) @ weights).argmax()) if sample.traits else None
                right.setdefault(sample.kind, []).append(best is not None and bool(sample.is_right[best]))
    for kind, hits in right.items():
        print(f"{kind}: {sum(hits) / len(hits):.3f} of {len(hits)} pages", file=sys.stderr)
    fitted = {**GUESSES, **dict(zip(traits, fit(samples, traits, args.pull).tolist(), strict=True))}
    for trait, weight in sorted(fitted.items(), key=lambda item: -item[1]):
        if abs(weight) >= 0.02:
            print(f'"{trait}": {weight:.2f},')


if __name__ == "__main__":
    main()
