"""Shortest paths over links, such as matches of records and decisions about documents."""

from collections import deque
from collections.abc import Mapping, Sequence


def reached(links: Mapping[str, Sequence[str]], start: str) -> dict[str, str]:
    """For each node that the links reach from the start: the node before it on a shortest path.

    Of equally short paths, it is the one whose links come first.
    """
    came: dict[str, str] = {}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        for other in links.get(at, ()):
            if other != start and other not in came:
                came[other] = at
                queue.append(other)
    return came


def way(links: Mapping[str, Sequence[str]], start: str, end: str) -> list[str]:
    """The shortest path between two connected nodes, both included."""
    came, steps = reached(links, start), [end]
    while steps[-1] != start:
        steps.append(came[steps[-1]])
    return steps[::-1]
