"""Documents of one component to groups, each of which may be one paper: matches are taken strongest first."""

from collections.abc import Iterable
from typing import NamedTuple

#: Log-odds at which scores are clipped: one certain pair must not outvote three that object.
LIMIT = 6.0


class Compared(NamedTuple):
    """A judged pair of documents, each given by its place in the component; `one` comes before `other`.

    is_refused: neither a match nor for review. is_told_apart: no chain of matches may join the two.
    """

    one: int
    other: int
    score: float
    is_match: bool
    is_refused: bool
    is_decided: bool
    is_told_apart: bool


class _Between(NamedTuple):
    """All compared pairs between two groups: the sum of their clipped scores, and whether any pair is refused.

    The total is in millionths, to which scores are rounded: whole numbers have the same sum in any order.
    """

    total: int
    is_refused: bool

    def agrees(self) -> bool:
        """Whether two groups are more likely one paper than two, by the mean score or because no pair is refused."""
        return self.total >= 0 or not self.is_refused

    def with_more(self, more: "_Between") -> "_Between":
        return _Between(self.total + more.total, self.is_refused or more.is_refused)


def gather(pairs: list[Compared], arxiv_ids: list[str | None], lists: dict[int, list[str]]) -> list[int]:
    """Unite decided matches, then all others, strongest first, whose groups agree; return the group of each document.

    arxiv_ids: one per document, ordered by content. lists: for documents in dumps that list each paper once, these
    dumps.
    """
    groups = _Groups(arxiv_ids, lists)
    matches = [pair for pair in pairs if pair.is_match]
    groups.compare(pair for pair in pairs if not pair.is_decided)
    groups.note_listed_twice(matches)
    for pair in matches:
        if pair.is_decided:
            groups.unite(groups.of(pair.one), groups.of(pair.other))
    for pair in pairs:
        if not pair.is_match and (pair.is_decided or pair.is_told_apart):
            groups.keep_apart(groups.of(pair.one), groups.of(pair.other))
    for pair in sorted(matches, key=lambda pair: (-pair.score, pair.one, pair.other)):
        one, other = groups.of(pair.one), groups.of(pair.other)
        if one != other and groups.may_be_one(one, other):
            groups.unite(one, other)
    return [groups.of(number) for number in range(len(arxiv_ids))]


class _Groups:
    """Documents 0 … of one component in the order of their content, and which of them are united."""

    def __init__(self, arxiv_ids: list[str | None], lists: dict[int, list[str]]) -> None:
        self.arxiv_ids, self.lists = arxiv_ids, lists
        self.leader = list(range(len(arxiv_ids)))
        self.members = {number: [number] for number in self.leader}
        self.between: dict[int, dict[int, _Between]] = {number: {} for number in self.leader}
        self.hostile: dict[int, set[int]] = {number: set() for number in self.leader}
        #: (dump, document, document): matches between two documents of a dump that otherwise lists each paper once.
        self.listed_twice = set[tuple[str, int, int]]()

    def of(self, number: int) -> int:
        while self.leader[number] != number:
            self.leader[number] = number = self.leader[self.leader[number]]
        return number

    def compare(self, pairs: Iterable[Compared]) -> None:
        for pair in pairs:
            said = _Between(round(min(max(pair.score, -LIMIT), LIMIT) * 1e6), pair.is_refused)
            self.between[pair.one][pair.other] = self.between[pair.other][pair.one] = said

    def note_listed_twice(self, matches: Iterable[Compared]) -> None:
        for pair in matches:
            for dump in {*self.lists.get(pair.one, ())} & {*self.lists.get(pair.other, ())}:
                self.listed_twice.add((dump, pair.one, pair.other))

    def keep_apart(self, one: int, other: int) -> None:
        """Keep two groups apart. Documents that a person joined stay joined, whatever their titles."""
        if one != other:
            self.hostile[one].add(other)
            self.hostile[other].add(one)

    def may_be_one(self, one: int, other: int) -> bool:
        """Whether two groups with a match between them agree."""
        return (
            other not in self.hostile[one]
            and not self._have_other_ids(one, other)
            and not self._are_listed_apart(one, other)
            and self.between[one][other].agrees()
        )

    def _have_other_ids(self, one: int, other: int) -> bool:
        ids = [{self.arxiv_ids[m] for m in self.members[group]} - {None} for group in (one, other)]
        return bool(ids[0] and ids[1]) and ids[0].isdisjoint(ids[1])

    def _are_listed_apart(self, one: int, other: int) -> bool:
        """Whether a dump that lists each paper once has documents of both groups, but no match between them."""
        mine, others = self._by_dump(one), self._by_dump(other)
        return any(
            not any((dump, min(a, b), max(a, b)) in self.listed_twice for a in mine[dump] for b in others[dump])
            for dump in mine.keys() & others.keys()
        )

    def _by_dump(self, group: int) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for member in self.members[group]:
            for dump in self.lists.get(member, ()):
                found.setdefault(dump, []).append(member)
        return found

    def unite(self, one: int, other: int) -> None:
        """Make one group of two; does nothing if they are the same already."""
        if one == other:
            return
        kept, gone = (one, other) if len(self.between[one]) >= len(self.between[other]) else (other, one)
        self.leader[gone] = kept
        self.members[kept] += self.members.pop(gone)
        for third, said in self.between.pop(gone).items():
            del self.between[third][gone]
            if third != kept:
                known = self.between[kept].get(third)
                self.between[kept][third] = self.between[third][kept] = known.with_more(said) if known else said
        for enemy in self.hostile.pop(gone):
            self.hostile[enemy].discard(gone)
            self.keep_apart(kept, enemy)
