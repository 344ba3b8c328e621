"""Boosted oblivious trees as arrays: one question a level, so that all rows go through all trees at once.

Fitted by the scripts in training/, which write the files that `load_trees` reads. `explain` tells what spoke for and
against a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ROWS_AT_ONCE = 1000
"""A page has up to twenty thousand blocks, and each takes some kilobytes while it is scored."""


@dataclass(frozen=True)
class Trees:
    features: Array
    """(trees, depth): which feature each level asks for. Trees are at most eight deep: a leaf's number is a byte."""
    borders: Array
    """(trees, depth): a level's answer is yes where the feature is greater."""
    leaves: Array
    """(trees * 2**depth): log-odds; a tree's leaf is numbered by its answers, the first level's as the lowest bit."""
    bias: float
    names: tuple[str, ...] = ()
    """Names of the features by their number, where the file has them."""
    threshold: float = 0.0
    """Log-odds from which on the answer is yes."""

    @cached_property
    def questions(self) -> tuple[Array, Array, Array]:
        """Features and borders of the different questions, and which of them each level asks: (depth, trees)."""
        pairs = np.stack((self.features.ravel().astype(np.float64), self.borders.ravel()))
        different, asked = np.unique(pairs, axis=1, return_inverse=True)
        return different[0].astype(np.intp), different[1:].T.astype(np.float32), asked.reshape(self.features.shape).T

    @cached_property
    def first_leaves(self) -> Array:
        """Place of each tree's first leaf: (trees, 1)."""
        count, depth = self.features.shape
        return np.arange(0, count << depth, 1 << depth, dtype=np.int32)[:, None]


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
        leaf = _find_leaves(trees, some) + trees.first_leaves
        log_odds[start : start + ROWS_AT_ONCE] = trees.leaves[leaf].sum(axis=0)
    return log_odds + trees.bias


def _find_leaves(trees: Trees, features: Array) -> Array:
    """The number of the leaf that each row reaches in each tree: shape (trees, rows)."""
    asked_of, borders, asked = trees.questions
    answers = (features.take(asked_of, axis=0) > borders).view(np.uint8)
    leaf: Array = answers.take(asked[-1], axis=0)
    for level in asked[-2::-1]:
        leaf += leaf  # a shift by one
        leaf |= answers.take(level, axis=0)
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
        leaf = _find_leaves(trees, features[:, some])
        before = trees.leaves.reshape(count, -1).mean(axis=1, keepdims=True)
        for level in reversed(range(depth)):
            # The means of the leaves that are left when the questions down to this one are answered.
            after = trees.leaves.reshape(count, -1, 1 << level).mean(axis=2, dtype=np.float64)[first, leaf >> level]
            np.add.at(moved[:, some], trees.features[:, level], after - before)
            before = after
    return moved
