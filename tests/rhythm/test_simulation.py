"""The simulation of `make simulate` in small: what adaptive polling saves, and that it loses nothing for it."""

from __future__ import annotations

from bench.polling_world import make_worlds
from bench.simulate_polling import ADAPTIVE, FIXED, POLICIES, simulate, total_of

SOURCES, DAYS, SEED = 25, 20, 1


def test_adaptive_polling_costs_a_third_of_fixed_polling_at_no_more_delay_and_loss() -> None:
    worlds = make_worlds(SOURCES, DAYS, SEED)
    assert len({world.kind for world in worlds}) >= 9
    adaptive, fixed = (total_of(simulate(worlds, DAYS, POLICIES[name], SEED)) for name in (ADAPTIVE, FIXED))
    assert fixed.requests_per_article >= 3 * adaptive.requests_per_article
    assert adaptive.median <= fixed.median
    assert adaptive.missed <= fixed.missed
    assert len(adaptive.delays) + adaptive.missed <= adaptive.published == fixed.published


def test_the_same_seed_gives_the_same_answer() -> None:
    first, second = (total_of(simulate(make_worlds(5, 3, SEED), 3, POLICIES[ADAPTIVE], SEED)) for _ in range(2))
    assert first == second
