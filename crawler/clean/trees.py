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

ROWS_AT_ONCE = 1000
"""A page has up to twenty thousand blocks, and each takes some kilobytes while it is scored."""


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
    log_odds = np.empty(features.shape[1], np.float64)
    for start in range(0, features.shape[1], ROWS_AT_ONCE):
        some = features[:, start : start + ROWS_AT_ONCE]
        log_odds[start : start + ROWS_AT_ONCE] = trees.leaves[_find_leaves(trees, some)].sum(axis=0)
    return log_odds + trees.bias


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
    moved = explain_rows(trees, features[:, row : row + 1])[:, 0]
    return {feature: float(moved[feature]) for feature in np.nonzero(moved)[0].tolist()}


def explain_rows(trees: Trees, features: Array) -> Array:
    """What `explain` says of all rows: shape (features, rows)."""
    count, depth = trees.features.shape
    moved = np.zeros(features.shape, np.float64)
    first = np.arange(count)[:, None]
    for start in range(0, features.shape[1], ROWS_AT_ONCE):
        some = slice(start, start + ROWS_AT_ONCE)
        leaf = _find_leaves(trees, features[:, some]) - (first << depth)
        before = trees.leaves.reshape(count, -1).mean(axis=1, keepdims=True)
        for level in reversed(range(depth)):
            # The means of the leaves that are left when the questions down to this one are answered.
            after = trees.leaves.reshape(count, -1, 1 << level).mean(axis=2, dtype=np.float64)[first, leaf >> level]
            np.add.at(moved[:, some], trees.features[:, level], after - before)
            before = after
    return moved
