"""CPU seconds of this process, of others, and of those that they have waited for."""

from __future__ import annotations

import resource

import psutil


def own_cpu() -> float:
    """Of this process and its children that have ended."""
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        total += usage.ru_utime + usage.ru_stime
    return total


def tree_cpu(pid: int) -> float:
    """Of a process and all its children, those that have ended included."""
    root = psutil.Process(pid)
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue  # its parent has its time now
        total += times.user + times.system + times.children_user + times.children_system
    return total
