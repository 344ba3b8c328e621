"""Packing sources into batches so that no host is in two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from crawler.sources.model import Source


class HostGroups:
    """Union-find over sources and hosts. `*.example.org` is one with every host that ends in `.example.org`."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, node: str) -> str:
        root = node
        while self._parent.setdefault(root, root) != root:
            root = self._parent[root]
        while self._parent[node] != root:
            self._parent[node], node = root, self._parent[node]
        return root

    def join(self, one: str, other: str) -> None:
        self._parent[self.find(one)] = self.find(other)


def pack_batches(sources: Sequence[Source], most: int) -> list[list[Source]]:
    """Batches of at most `most` sources, in the order given; sources that share a host stay together even beyond it."""
    groups: dict[str, list[Source]] = {}
    found = _group(sources)
    for source in sources:
        groups.setdefault(found.find(_node(source.id)), []).append(source)
    batches: list[list[Source]] = []
    for group in groups.values():
        roomy = next((batch for batch in batches if len(batch) + len(group) <= most), None)
        if roomy is None:
            batches.append(list(group))
        else:
            roomy.extend(group)
    return batches


def free_of_hosts(sources: Iterable[Source], taken: Set[str]) -> tuple[list[Source], list[Source]]:
    """The sources that share no host with those taken by live batches, and the others."""
    free: list[Source] = []
    busy: list[Source] = []
    for source in sources:
        (busy if any(_meets(host, taken) for host in source.hosts) else free).append(source)
    return free, busy


def _meets(host: str, taken: Set[str]) -> bool:
    if host in taken or any(pattern in taken for pattern in _wider(host)):
        return True
    return host.startswith("*.") and any(other.endswith(host[1:]) for other in taken)


def _group(sources: Sequence[Source]) -> HostGroups:
    groups = HostGroups()
    every = {host for source in sources for host in source.hosts}
    for host in every:
        for pattern in _wider(host):
            if pattern in every:
                groups.join(host, pattern)
    for source in sources:
        for host in source.hosts:
            groups.join(_node(source.id), host)
    return groups


def _wider(host: str) -> Iterator[str]:
    """The wider patterns that cover a host or pattern: `*.b.org` and `*.org` of `a.b.org`, as of `*.a.b.org`."""
    rest = host.removeprefix("*.")
    while "." in rest:
        rest = rest.partition(".")[2]
        yield f"*.{rest}"


def _node(source_id: str) -> str:
    return f"source:{source_id}"
