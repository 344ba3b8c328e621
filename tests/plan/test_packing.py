from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.plan.packing import free_of_hosts, pack_batches
from crawler.sources.model import Source
from tests.load.builders import make_source

_HOSTS = st.sampled_from(
    ["a.org", "b.a.org", "*.a.org", "*.b.a.org", "c.b.a.org", "d.com", "*.com", "x.d.com", "e.net", "127.0.0.1:8460"]
)


def with_hosts(number: int, hosts: list[str]) -> Source:
    first = hosts[0].removeprefix("*.")
    return make_source(f"s{number}", feeds=[f"http://{first}/feed"], allowed_hosts=hosts)


def overlap(one: Source, other: Source) -> bool:
    """By the rule of `Source.allows_host`, tried host against host."""

    def covers(pattern: str, host: str) -> bool:
        return pattern == host or (pattern.startswith("*.") and host.removeprefix("*").endswith(pattern[1:]))

    return any(covers(a, b) or covers(b, a) for a in one.hosts for b in other.hosts)


@given(st.lists(st.lists(_HOSTS, min_size=1, max_size=3), max_size=8), st.integers(1, 4))
def test_no_host_is_in_two_batches_and_none_is_lost(hosts, most):
    sources = [with_hosts(number, chosen) for number, chosen in enumerate(hosts)]
    batches = pack_batches(sources, most)
    assert sorted(source.id for batch in batches for source in batch) == [source.id for source in sources]
    for number, batch in enumerate(batches):
        for other in batches[number + 1 :]:
            assert not any(overlap(a, b) for a in batch for b in other)
        if len(batch) > most:  # only what belongs together goes beyond the limit
            assert len(pack_batches(batch, 1)) == 1


@given(st.lists(_HOSTS, min_size=1, max_size=3), st.lists(_HOSTS, min_size=1, max_size=3))
def test_a_source_is_free_exactly_when_it_shares_no_host(hosts, taken):
    one, other = with_hosts(1, hosts), with_hosts(2, taken)
    free, busy = free_of_hosts([one], other.hosts)
    assert ([one] == busy) == overlap(one, other)
    assert free + busy == [one]


def test_strangers_fill_a_batch():
    sources = [with_hosts(number, [f"h{number}.org"]) for number in range(5)]
    assert [len(batch) for batch in pack_batches(sources, 2)] == [2, 2, 1]
