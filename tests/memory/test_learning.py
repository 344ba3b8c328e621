"""What several pages have in common is the site's; what one story has is its own, on however many pages."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.memory import differs, learn
from crawler.clean.memory.observation import Observation
from crawler.clean.memory.template import SiteTemplate
from tests.memory.site import APPEAL, START, line, observation, observations, story


def learned(pages: list[Observation]) -> SiteTemplate:
    template = learn(pages, START)
    assert template is not None
    return template


def test_a_line_that_the_model_keeps_on_two_stories_is_furniture() -> None:
    pages = [observation(n, *([line(APPEAL)] if n < 2 else [])) for n in range(5)]
    found = learned(pages).lines
    assert set(found) == {APPEAL}
    assert (found[APPEAL].stories, found[APPEAL].kept) == (2, 2)


def test_a_large_sample_needs_more_than_two_stories() -> None:
    pages = [observation(n, *([line(APPEAL, 2.0)] if n < 2 else [])) for n in range(100)]
    assert learned(pages).lines == {}
    pages = [observation(n, *([line(APPEAL, 2.0)] if n < 3 else [])) for n in range(100)]
    assert set(learned(pages).lines) == {APPEAL}


def test_nothing_is_learned_of_three_stories() -> None:
    assert learn(observations(3, line(APPEAL))) is None
    assert learn(observations(4, line(APPEAL))) is not None


def test_captures_of_one_address_are_one_story() -> None:
    again = [observation(0).model_copy(update={"fetched_at": START + timedelta(hours=n)}) for n in range(9)]
    assert learn([*again, observation(1), observation(2)]) is None
    template = learned([*again, *observations(5)])
    assert (template.stories, template.lines) == (5, {})


def test_a_story_under_two_addresses_and_titles_is_one() -> None:
    copy = observation(0, line("An editor has added this last line to it."), title="Drums at dusk on the bridge")
    pages = [copy.model_copy(update={"url": "https://ledger.example/wire/77"}), *observations(5)]
    template = learned(pages)
    assert (template.pages, template.stories, template.lines) == (6, 5, {})


def test_many_copies_of_one_wire_story_are_not_taken_for_furniture() -> None:
    copies = [
        observation(0, title=f"What we know of it by now, number {n}").model_copy(
            update={"url": f"https://ledger.example/wire/{n}"}
        )
        for n in range(20)
    ]
    template = learned([*copies, *observations(6)])
    assert (template.stories, template.lines) == (6, {})


def test_short_stories_in_much_furniture_are_still_several() -> None:
    box = [line(f"{APPEAL} Part {name} of the appeal.") for name in ("one", "two", "three")]
    template = learned(list(observations(6, *box)))
    assert template.stories == 6
    assert len(template.lines) == 3


def test_a_subhead_that_stories_share_is_theirs() -> None:
    heading = line("Background", 1.5, is_label=True)
    assert learned(list(observations(6, heading))).lines == {}


def test_a_heading_with_nothing_kept_under_it_is_furniture() -> None:
    heading = line("More on this", 1.5, is_label=True, leads=False)
    assert set(learned(list(observations(6, heading))).lines) == {"More on this"}


def test_a_heading_that_the_model_doubts_is_furniture() -> None:
    assert set(learned(list(observations(6, line("Top stories", -1.0, is_label=True)))).lines) == {"Top stories"}


def test_a_long_line_is_furniture_whatever_its_tag() -> None:
    assert set(learned(list(observations(6, line(APPEAL, 3.0, is_label=True)))).lines) == {APPEAL}


def test_what_a_running_story_tells_again_and_again_is_its_own() -> None:
    past = "The river rose in March, took two of the four bridges of Osteny with it, and left the mill without a road."
    pages = [observation(n, *([line(past, 3.6)] if n % 4 == 0 else [])) for n in range(20)]
    assert learned(pages).lines == {}
    assert set(learned([observation(n, line(past, 3.6)) for n in range(20)]).lines) == {past}
    doubted = [observation(n, *([line(past, 1.5)] if n % 4 == 0 else [])) for n in range(20)]
    assert set(learned(doubted).lines) == {past}


def test_how_a_story_begins_is_the_site_s_in_the_boxes_of_others_alone() -> None:
    opening = story(0)[0]
    teaser = line(opening, -3.0, path="aside")
    pages = [observation(n, *([teaser] if n else [])) for n in range(6)]
    assert learned(pages).lines[opening].paths == ("aside",)
    # Elsewhere, each time at another place: nothing tells whose it is.
    scattered = [observation(n, *([line(opening, -3.0, path=f"box{n}")] if n else [])) for n in range(6)]
    assert opening not in learned(scattered).lines


def test_one_day_s_events_are_not_the_site() -> None:
    # A box about one day's election, on all stories of that day.
    pages = [observation(n, line(APPEAL), day=0) for n in range(6)]
    pages += [observation(n, day=n) for n in range(6, 10)]
    assert learned(pages).lines == {}
    pages += [observation(20, line(APPEAL), day=9)]
    assert set(learned(pages).lines) == {APPEAL}


def test_no_day_brings_more_than_half_of_the_stories() -> None:
    pages = [observation(n, day=0) for n in range(50)] + [observation(n, day=n) for n in range(51, 56)]
    template = learned(pages)
    assert template.stories == 10
    assert template.days == 6


def test_paths_lean_to_how_their_lines_fared_and_more_so_with_more_of_them() -> None:
    few = learned(list(observations(4, line("Some aside of a page", -3.0, path="aside"))))
    many = learned([observation(n, line(f"Aside {n}", -3.0, path="aside")) for n in range(40)])
    assert many.paths["aside"].odds < few.paths["aside"].odds < 0 < few.paths["p"].odds
    assert many.paths["aside"].odds > -3.0


def test_a_path_met_on_one_story_says_nothing() -> None:
    pages = [observation(0, line("Once", 3.0, path="once")), *observations(5)[1:]]
    assert "once" not in learned(pages).paths


def test_a_page_of_thousands_of_lines_makes_no_large_template() -> None:
    flood = [line(f"Flood number {n} of the many lines", -1.0, path=f"path{n}") for n in range(3000)]
    template = learned(list(observations(5, *flood)))
    assert len(template.lines) <= 400
    assert len(template.paths) <= 300


@given(st.permutations(range(8)))
def test_order_of_pages_does_not_matter(order: list[int]) -> None:
    pages = [observation(n, line(APPEAL), day=n % 3) for n in range(8)]
    assert learn([pages[n] for n in order], START) == learn(pages, START)


@given(st.lists(st.integers(0, 5), max_size=20))
def test_repeating_pages_adds_no_evidence(again: list[int]) -> None:
    pages = [observation(n, line(APPEAL), line("Rare", 2.0) if n == 0 else line(f"Own {n}", 2.0)) for n in range(6)]
    once, repeated = learned(pages), learned(pages + [pages[n] for n in again])
    assert set(repeated.lines) == set(once.lines) == {APPEAL}
    assert repeated.stories == once.stories


def test_an_observation_survives_json() -> None:
    page = observation(3, line(APPEAL), day=2)
    assert Observation.model_validate_json(page.model_dump_json()) == page


def test_the_version_names_the_content_and_not_the_time() -> None:
    pages = list(observations(5, line(APPEAL)))
    early, late = learn(pages, START), learn(pages, START + timedelta(days=1))
    assert early is not None
    assert late is not None
    assert early.version == late.version
    assert learned(pages[:4]).version != early.version


def test_other_menus_are_no_new_knowledge_and_another_appeal_is() -> None:
    menu, other_menu = line("World", -4.0), line("Weather", -4.0)
    old = learned(list(observations(6, line(APPEAL), menu)))
    assert not differs(old, learned(list(observations(7, line(APPEAL), other_menu))))
    assert differs(
        old, learned(list(observations(6, line(APPEAL), menu, line("Write to the desk with what you saw."))))
    )


def test_stories_themselves_are_never_learned_as_furniture() -> None:
    texts = {text for n in range(12) for text in story(n)}
    assert not texts & set(learned(list(observations(12, line(APPEAL)))).lines)
