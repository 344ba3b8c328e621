"""A small share of what `make recover` does: see tests/recovery/harness.py."""

from __future__ import annotations

import os
import random
from pathlib import Path

from crawler.database import EmbeddedServer
from tests.recovery.harness import Session

KILLS = 20


def test_whatever_is_killed_the_next_run_ends_with_the_rows_of_an_undisturbed_one(
    postgres_server: EmbeddedServer, tmp_path: Path
) -> None:
    seed = int(os.environ.get("RECOVERY_SEED") or random.randrange(10**6))
    tmp_path.chmod(0o755)
    tally = Session(postgres_server, "template_migrated", tmp_path, seed).run(KILLS)
    again = f"python -m tests.recovery.harness --kills {KILLS} --seed {seed}"
    assert tally.is_good, "\n".join([again, tally.describe(), *tally.problems])
    assert tally.kills >= KILLS
    assert tally.rows > 200
