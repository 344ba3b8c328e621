"""How likely each block is a part of the story: boosted trees over the features of `crawler.clean.features`.

The trees are oblivious (one question a level), so that all blocks go through all trees at once. They were fitted by
training/fit_text_model.py, which says on what and how well they do on sites they were not fitted on. `explain` tells
what spoke for and against a block.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MODEL_FILE = Path(__file__).with_name("text_model.npz")


class Model(NamedTuple):
    features: Array
    """(trees, depth): which feature each level asks for."""
    borders: Array
    """(trees, depth): a level's answer is yes where the feature is greater."""
    leaves: Array
    """(trees * 2**depth): log-odds; a tree's leaf is numbered by its answers, the first level's as the lowest bit."""
    bias: float


@lru_cache(maxsize=1)
def load_model() -> Model:
    with np.load(MODEL_FILE) as stored:
        return Model(stored["features"], stored["borders"], stored["leaves"].ravel(), float(stored["bias"]))


def score_blocks(features: Array) -> Array:
    """Probabilities of the blocks, shape (blocks,), from features of shape (features, blocks)."""
    model = load_model()
    leaf = _find_leaves(model, features)
    log_odds = model.leaves[leaf].sum(axis=0) + model.bias
    probabilities: Array = 1.0 / (1.0 + np.exp(-log_odds))
    return probabilities


def _find_leaves(model: Model, features: Array) -> Array:
    """The leaf that each block reaches in each tree: shape (trees, blocks)."""
    trees, depth = model.features.shape
    answers = features[model.features.ravel()] > model.borders.ravel()[:, None]
    answers = answers.reshape(trees, depth, -1)
    leaf = np.zeros((trees, features.shape[1]), np.int32)
    for level in range(depth):
        leaf |= answers[:, level].astype(np.int32) << level
    leaf += (np.arange(trees, dtype=np.int32) << depth)[:, None]
    return leaf


def explain(features: Array, block: int) -> dict[int, float]:
    """Log-odds that each feature moved a block by: along each tree's path, the change of the mean at its question."""
    model = load_model()
    trees, depth = model.features.shape
    moved: dict[int, float] = {}
    for tree in range(trees):
        values = model.leaves[tree << depth : (tree + 1) << depth]
        for level in reversed(range(depth)):
            mean = float(values.mean())
            half = len(values) // 2
            feature = int(model.features[tree, level])
            is_yes = bool(features[feature, block] > model.borders[tree, level])
            values = values[half:] if is_yes else values[:half]
            moved[feature] = moved.get(feature, 0.0) + float(values.mean()) - mean
    return moved
