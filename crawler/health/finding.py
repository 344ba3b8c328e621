"""What a rule says: a finding, or that there is none. A rule that cannot tell says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.health.evidence import NO_EVIDENCE, Evidence
from crawler.states import StateReason


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that holds of a source now."""

    detail: str
    evidence: Evidence = NO_EVIDENCE


Findings = Mapping[StateReason, Finding | None]
"""Of each reason that a rule could judge: the finding, or None where it does not hold."""
