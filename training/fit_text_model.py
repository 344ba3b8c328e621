"""Fit the model that tells the story's blocks from their surroundings, and say how well it does on unseen sites.

    pip install -e '.[train]' && python -m training.fit_text_model [--trees 300] [--folds 5]

Pages and their right texts are those of ../shared/data/pages (sets `articles` and `metadata`). A block counts as
story where at least half of its words stand in the right text, in its order (longest common subsequence over words,
runs of three or more). Weights make each page count about the same. Each page is there in poorer markup as well
(training/variants.py); scores are of the pages as they are. Folds are by host: no site is on both sides.
Figures of the last fit: docs/extraction.md.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import statistics
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import orjson
from catboost import CatBoostClassifier
from rapidfuzz.distance import LCSseq

from crawler.clean.blocks import Block
from crawler.clean.body import choose_body, choose_threshold
from crawler.clean.features import NAMES, compute_features
from crawler.clean.headline import find_headline
from crawler.clean.page import parse_page
from crawler.clean.text_model import MODEL_FILE
from training.variants import WEIGHT, make_variants

SHARED = Path(__file__).resolve().parents[2] / "shared"
sys.path.insert(0, str(SHARED / "score" / "extraction"))
import metrics  # noqa: E402

_SHORTEST_RUN = 3


@dataclass
class Sample:
    kind: str
    host: str
    gold: str
    features: np.ndarray
    """(blocks, features)"""
    shares: np.ndarray
    words: np.ndarray
    blocks: list[Block]
    """None for a variant: it is not scored."""
    weight: float
    """Of the page among the others."""

    @property
    def is_story(self) -> np.ndarray:
        return self.shares >= 0.5

    @property
    def weights(self) -> np.ndarray:
        whole = max(20.0, float(self.words[self.is_story].sum()))
        return self.weight * (np.maximum(self.words, 1) / whole) ** 0.7


def align(texts: list[str], gold: str) -> tuple[np.ndarray, np.ndarray]:
    """Share of each block's words that stand in the right text, and the number of its words."""
    words: list[str] = []
    owners: list[int] = []
    for index, text in enumerate(texts):
        found = metrics.WORD_OR_CHAR.findall(text.lower())
        words += found
        owners += [index] * len(found)
    counts = np.bincount(owners, minlength=len(texts)).astype(float) if owners else np.zeros(len(texts))
    hits = np.zeros(len(texts))
    for step in LCSseq.opcodes(words, metrics.WORD_OR_CHAR.findall(gold.lower())):
        start = step.src_start
        while step.tag == "equal" and start < step.src_end:
            end, owner = start, owners[start]
            while end < step.src_end and owners[end] == owner:
                end += 1
            if end - start >= _SHORTEST_RUN or end - start == counts[owner]:
                hits[owner] += end - start
            start = end
    return hits / np.maximum(counts, 1), counts


def load_samples() -> list[Sample]:
    samples = []
    for kind in ("articles", "metadata"):
        folder = SHARED / "data" / "pages" / kind
        gold = {row["id"]: row for row in map(orjson.loads, (folder / "gold.jsonl").read_bytes().splitlines())}
        for line in gzip.decompress((folder / "pages.jsonl.gz").read_bytes()).splitlines():
            row = orjson.loads(line)
            url = row["url"] or ""
            host = (urlsplit(url).hostname or "").removeprefix("www.")
            right = gold[row["id"]]["text"]
            for number, html in enumerate([row["html"], *make_variants(row["id"], row["html"])]):
                page = parse_page(html, url)
                if not page.blocks:
                    continue
                shares, words = align([block.text for block in page.blocks], right)
                features = compute_features(page, find_headline(page)).T.copy()
                weight = WEIGHT if number else 1.0
                blocks = [] if number else page.blocks
                samples.append(Sample(kind, host, right, features, shares, words, blocks, weight))
        gc.collect()
    return samples


def fit(samples: list[Sample], trees: int) -> CatBoostClassifier:
    model = CatBoostClassifier(
        iterations=trees, depth=6, learning_rate=0.1, l2_leaf_reg=6, random_seed=1, border_count=64, rsm=0.3,
        boosting_type="Plain", verbose=False, allow_writing_files=False,
    )  # fmt: skip
    return model.fit(
        np.concatenate([sample.features for sample in samples]),
        np.concatenate([sample.is_story for sample in samples]).astype(int),
        sample_weight=np.concatenate([sample.weights for sample in samples]),
    )


def score(sample: Sample, probabilities: np.ndarray) -> float:
    """F1 over the words (over characters in scripts without spaces) of what would be kept."""
    threshold = choose_threshold(probabilities, sample.features[:, NAMES.index("words")])
    text = "\n\n".join(sample.blocks[i].text for i in choose_body(sample.blocks, probabilities, threshold))
    token = metrics.WORD_OR_CHAR if sample.kind == "metadata" else metrics.WORD
    return float(metrics.word_prf(sample.gold, text, token)[2])


def export(model: CatBoostClassifier, path: Path, names: Sequence[str], threshold: float = 0.0) -> None:
    """Write the trees as arrays, with the names of the features and the log-odds from which on the answer is yes.

    A tree of fewer levels is filled up with questions that nothing answers with yes.
    """
    scratch = path.with_suffix(".json")
    model.save_model(str(scratch), format="json")
    stored = orjson.loads(scratch.read_bytes())
    scratch.unlink()
    kept = [f["flat_feature_index"] for f in stored["features_info"]["float_features"]]
    trees = stored["oblivious_trees"]
    depth = max(len(tree["splits"] or ()) for tree in trees)
    features = np.zeros((len(trees), depth), np.int16)
    borders = np.full((len(trees), depth), np.inf, np.float32)
    leaves = np.zeros((len(trees), 2**depth), np.float32)
    scale, bias = stored["scale_and_bias"]
    for row, tree in enumerate(trees):
        splits = tree["splits"] or []
        for level, split in enumerate(splits):
            features[row, level] = kept[split["float_feature_index"]]
            borders[row, level] = split["border"]
        leaves[row, : len(tree["leaf_values"])] = np.array(tree["leaf_values"]) * scale
    np.savez_compressed(
        path,
        features=features,
        borders=borders,
        leaves=leaves,
        bias=np.float64(np.ravel(bias)[0]),
        names=names,
        threshold=np.float64(threshold),
    )


def main() -> None:
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--trees", type=int, default=300)
    cli.add_argument("--folds", type=int, default=5, help="0: fit only")
    options = cli.parse_args()
    samples = load_samples()
    scores: dict[str, list[float]] = {"articles": [], "metadata": []}
    for fold in range(options.folds):
        held_out = [s for s in samples if zlib.crc32(s.host.encode()) % options.folds == fold]
        model = fit([s for s in samples if zlib.crc32(s.host.encode()) % options.folds != fold], options.trees)
        for sample in held_out:
            if sample.weight < 1:
                continue
            scores[sample.kind].append(score(sample, model.predict_proba(sample.features)[:, 1]))
    for kind, values in scores.items():
        if values:
            spread = statistics.stdev(values) / len(values) ** 0.5
            print(f"{kind}: F1 {statistics.mean(values):.4f} ± {spread:.4f} on {len(values)} pages of unseen hosts")
    export(fit(samples, options.trees), MODEL_FILE, NAMES)
    print(f"{MODEL_FILE.name}: {MODEL_FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
