"""Boosted oblivious trees as arrays: one question a level, so that all rows go through all trees at once.

Fitted by the scripts in training/, which write the files that `load_trees` reads. `explain` tells what spoke for and
against a row.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Trees(NamedTuple):
    features: Array
    """(trees, depth): which feature each level asks for."""
    borders: Array
    """(trees, depth): a level's answer is yes where the feature is greater."""
    leaves: Array
    """(trees * 2**depth): log-odds; a tree's leaf is numbered by its answers, the first level's as the lowest bit."""
    bias: float
    names: tuple[str, ...] = ()
    """Names of the features by their number, where the file has them."""
    threshold: float = 0.0
    """Log-odds from which on the answer is yes."""


@cache
def load_trees(path: Path) -> Trees:
    with np.load(path) as stored:
        names = tuple(stored["names"].tolist()) if "names" in stored else ()
        threshold = float(stored["threshold"]) if "threshold" in stored else 0.0
        return Trees(
            stored["features"], stored["borders"], stored["leaves"].ravel(), float(stored["bias"]), names, threshold
        )


def score(trees: Trees, features: Array) -> Array:
    """Log-odds of the rows, shape (rows,), from features of shape (features, rows)."""
    log_odds: Array = trees.leaves[_find_leaves(trees, features)].sum(axis=0) + trees.bias
    return log_odds


def _find_leaves(trees: Trees, features: Array) -> Array:
    """The leaf that each row reaches in each tree: shape (trees, rows)."""
    count, depth = trees.features.shape
    answers = features[trees.features.ravel()] > trees.borders.ravel()[:, None]
    answers = answers.reshape(count, depth, -1)
    leaf = np.zeros((count, features.shape[1]), np.int32)
    for level in range(depth):
        leaf |= answers[:, level].astype(np.int32) << level
    leaf += (np.arange(count, dtype=np.int32) << depth)[:, None]
    return leaf


def explain(trees: Trees, features: Array, row: int) -> dict[int, float]:
    """Log-odds that each feature moved a row by: along each tree's path, the change of the mean at its question."""
    count, depth = trees.features.shape
    moved: dict[int, float] = {}
    for tree in range(count):
        values = trees.leaves[tree << depth : (tree + 1) << depth]
        for level in reversed(range(depth)):
            mean = float(values.mean())
            half = len(values) // 2
            feature = int(trees.features[tree, level])
            is_yes = bool(features[feature, row] > trees.borders[tree, level])
            values = values[half:] if is_yes else values[:half]
            moved[feature] = moved.get(feature, 0.0) + float(values.mean()) - mean
    return moved
