"""Fit the model that tells articles from other pages, and say how well it does on unseen sites.

    pip install -e '.[train]' && python -m training.fit_verdict [--trees 400] [--folds 10] [--lost 0.009]

Pages are those of ../shared/data/pages: the sets `articles`, `metadata` and `dates` are articles, `others` are none.
Folds are by site: neither the text model, whose answers are among the features, nor this one has seen a page's site
before it judges the page. The threshold is where at most `--lost` of the articles of unseen sites are turned down;
pages that say plainly that they are articles are never turned down.
Figures of the last fit: docs/extraction.md.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
import orjson
from catboost import CatBoostClassifier

from crawler.clean.body import choose_body, choose_threshold
from crawler.clean.features import NAMES, compute_features
from crawler.clean.headline import find_headline
from crawler.clean.page import parse_page
from crawler.clean.verdict import MODEL_FILE, find_leeway, is_stated_news
from crawler.clean.verdict_features import compute_page_features
from training import fit_text_model

_SETS = ("articles", "metadata", "dates", "others")
_COUNTED = ("articles", "metadata")
"""Sets that the threshold is chosen on; `dates` holds a few forums and home pages."""
_TEXT_FOLDS = 4
_SEEDS = 3


@dataclass
class Sample:
    kind: str
    group: str
    site: str
    leeway: float
    """Log-odds by which what the page states outweighs the model."""
    features: dict[str, float]


def site_of(url: str) -> str:
    return ".".join((urlsplit(url).hostname or "").split(".")[-2:])


def fold_of(site: str, folds: int, seed: int = 0) -> int:
    return zlib.crc32(f"{site}{seed}".encode()) % folds


def load_samples() -> list[Sample]:
    texts = fit_text_model.load_samples()
    models = []
    for fold in range(_TEXT_FOLDS):
        models.append(
            fit_text_model.fit([t for t in texts if fold_of(site_of(f"//{t.host}"), _TEXT_FOLDS) != fold], 300)
        )
    del texts
    samples = []
    for kind in _SETS:
        folder = fit_text_model.SHARED / "data" / "pages" / kind
        gold = {row["id"]: row for row in map(json.loads, (folder / "gold.jsonl").read_bytes().splitlines())}
        for line in gzip.open(folder / "pages.jsonl.gz"):  # noqa: SIM115 - read to its end
            row = orjson.loads(line)
            url = row["url"] or ""
            site = site_of(url) or row["id"]
            page = parse_page(row["html"], url)
            headline = find_headline(page)
            probabilities = np.zeros(0)
            if page.blocks:
                rows = compute_features(page, headline).T
                probabilities = models[fold_of(site, _TEXT_FOLDS)].predict_proba(rows)[:, 1]
            body = []
            if page.blocks:
                bar = choose_threshold(probabilities, rows[:, NAMES.index("words")])
                body = choose_body(page.blocks, probabilities, bar)
            text = "\n\n".join(page.blocks[index].text for index in body)
            values = compute_page_features(page, headline=headline, body=body, probabilities=probabilities, text=text)
            title = page.blocks[headline].text if headline is not None else page.head_title
            has_date = any(
                values[name] for name in ("meta date", "ld date", "path has date", "written date near headline")
            )
            has_author = any(values[name] for name in ("meta author", "ld author", "signature near headline"))
            leeway = find_leeway(page, values, headline=headline, has_date=has_date, has_author=has_author)
            if is_stated_news(page, title):
                leeway = np.inf
            samples.append(Sample(kind, gold[row["id"]].get("group", kind), site, leeway, values))
        gc.collect()
    return samples


def fit(features: np.ndarray, is_other: np.ndarray, trees: int, seed: int = 1) -> CatBoostClassifier:
    model = CatBoostClassifier(
        iterations=trees, depth=4, learning_rate=0.06, l2_leaf_reg=5, random_seed=seed, border_count=48, rsm=0.1,
        boosting_type="Plain", verbose=False, allow_writing_files=False,
    )  # fmt: skip
    return model.fit(features, is_other.astype(int))


def judge_unseen(
    samples: list[Sample], features: np.ndarray, is_other: np.ndarray, trees: int, folds: int
) -> np.ndarray:
    """Log-odds of each page from models that have not seen its site: the mean over several ways to fold."""
    odds = np.zeros(len(samples))
    for seed in range(_SEEDS):
        fold = np.array([fold_of(sample.site, folds, seed) for sample in samples])
        for number in range(folds):
            model = fit(features[fold != number], is_other[fold != number], trees, seed)
            odds[fold == number] += model.predict(features[fold == number], prediction_type="RawFormulaVal") / _SEEDS
    return odds


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--trees", type=int, default=400)
    cli.add_argument("--folds", type=int, default=10)
    cli.add_argument("--lost", type=float, default=0.009)
    options = cli.parse_args()
    samples = load_samples()
    names = list(samples[0].features)
    features = np.array([[sample.features[name] for name in names] for sample in samples], np.float32)
    is_other = np.array([sample.kind == "others" for sample in samples])
    odds = judge_unseen(samples, features, is_other, options.trees, options.folds)
    odds -= np.array([sample.leeway for sample in samples])
    counted = np.sort(odds[np.array([sample.kind in _COUNTED for sample in samples])])[::-1]
    threshold = float(counted[int(options.lost * len(counted))])
    for kind in (*_SETS, *sorted({sample.group for sample in samples if sample.kind == "others"})):
        rejected = [odd > threshold for odd, s in zip(odds, samples, strict=True) if kind in (s.kind, s.group)]
        print(f"{kind}: {np.mean(rejected):.4f} of {len(rejected)} pages of unseen sites are rejected")
    fit_text_model.export(fit(features, is_other, options.trees), MODEL_FILE, names, threshold)
    print(f"{MODEL_FILE.name}: {MODEL_FILE.stat().st_size} bytes, threshold {threshold:.2f}")


if __name__ == "__main__":
    main()
