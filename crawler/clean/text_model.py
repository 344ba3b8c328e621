"""How likely each block is a part of the story: boosted trees over the features of `crawler.clean.features`.

They were fitted by training/fit_text_model.py, which says on what and how well they do on sites they were not fitted
on. `explain_blocks` tells what spoke for and against each.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.clean import trees

Array = NDArray[Any]

MODEL_FILE = Path(__file__).with_name("text_model.npz")


def score_blocks(features: Array) -> Array:
    """Probabilities of the blocks, shape (blocks,), from features of shape (features, blocks)."""
    log_odds = trees.score(trees.load_trees(MODEL_FILE), features)
    probabilities: Array = 1.0 / (1.0 + np.exp(-log_odds))
    return probabilities


def explain_blocks(features: Array) -> Array:
    """Log-odds that each feature moved each block by: shape (features, blocks)."""
    return trees.explain_rows(trees.load_trees(MODEL_FILE), features)
