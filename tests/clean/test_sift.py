"""Documents without tags: what is taken off both ends of the story."""

from __future__ import annotations

import pytest

from crawler.clean.piece import Piece
from crawler.clean.sift import sift_pieces

STORY = ("The road out of the town was open again on Monday, officials said.", "Two buses left at noon, they added.")


@pytest.mark.parametrize(
    "line",
    [
        "For the latest news follow us on Twitter",
        "Join our Weekly Newsletter",
        "تابعونا على تلغرام",
        "© 2019 Lantern News. All rights reserved.",
        "Your email address will not be published. Required fields are marked *",
        "20 − 19 =",
        "Tags: floods, Merrow",
        "Leave a Reply",
        "Reporting by: Tomas Reh | Source: Lantern News",
        "المصدر: سانا",
    ],
)
def test_lines_after_the_story_go(line: str) -> None:
    sifted = sift_pieces([*map(Piece, STORY), Piece(line)], title="Road open")
    assert tuple(piece.text for piece in sifted.pieces) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Subscribers to its weekly newsletter were told on Sunday that the clinic would close and no other would open.",
        "“Follow us to the river,” the boy shouted.",
        "Images of the raid could not be verified.",
        "By nightfall the bridge was gone.",
        "Source code of the drones was found later.",
        "Share prices fell.",
    ],
)
def test_sentences_of_the_story_stay(line: str) -> None:
    for place in range(3):
        lines = [*STORY[:place], line, *STORY[place:]]
        assert [piece.text for piece in sift_pieces(map(Piece, lines), title="Road open").pieces] == lines
