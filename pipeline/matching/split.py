"""One component of matches to groups: a centre and what matches it, then the texts cut short, longest first.

Documents are 0 … n - 1 in the order of their content, which is how every tie is decided.
"""

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Component:
    """The documents of a component by their number of words, and what is known of pairs of them.

    Whole: (one, other) -> similarity of matches; parts: (part, whole, titles are equal) of matches where one text
    is a part of the other; together and apart: what a person decided; told_apart: what titles, or years and authors,
    tell apart, as two arXiv ids do.
    """

    words: list[int]
    arxiv_ids: list[str | None]
    whole: dict[tuple[int, int], float] = field(default_factory=dict)
    parts: list[tuple[int, int, bool]] = field(default_factory=list)
    together: list[tuple[int, int]] = field(default_factory=list)
    apart: list[tuple[int, int]] = field(default_factory=list)
    told_apart: list[tuple[int, int]] = field(default_factory=list)


def split_component(component: Component) -> list[int]:
    """Return each document's group, as the smallest number in it. Groups are connected by matches.

    What was decided comes first, and what titles and identifiers tell apart: of two such documents, a third that
    matches both may join the one that it is more similar to, and neither where it is as similar to both, nor where both
    are parts of it. Then the documents that most others match, none of which match each other, are
    centres, and each other document goes to the centre that it is most similar to. So no chain is longer than two
    matches. Last, from the longest text on, a group that is a part of others joins them if all that hold it are one
    group by then, or all of equal title are; if most of its documents match that group; and if it matches what
    joined the same whole before: cuts of one text begin alike, two papers glued to one text don't.
    """
    groups = _Groups(component)
    _gather_around_centres(component, groups)
    _attach_parts(component, groups)
    return [groups.of(document) for document in range(len(component.words))]


class _Groups:
    """Which documents are united, and which must not be."""

    def __init__(self, component: Component) -> None:
        self._leader = list(range(len(component.words)))
        self.members = {document: [document] for document in self._leader}
        self._hostile: dict[int, set[int]] = defaultdict(set)
        self._arxiv_ids = {place: {name} for place, name in enumerate(component.arxiv_ids) if name}
        for one, other in component.together:
            self.unite(self.of(one), self.of(other))
        for one, other in [*component.apart, *component.told_apart]:
            # What a person joined is joined, whatever its titles say.
            if self.of(one) != self.of(other):
                self._hostile[self.of(one)].add(self.of(other))
                self._hostile[self.of(other)].add(self.of(one))

    def of(self, document: int) -> int:
        return self._leader[document]

    def are_hostile(self, one: int, other: int) -> bool:
        ids = self._arxiv_ids.get(one), self._arxiv_ids.get(other)
        return other in self._hostile.get(one, ()) or bool(ids[0] and ids[1] and ids[0].isdisjoint(ids[1]))

    def outdone(self, near: dict[int, float]) -> set[int]:
        """Those of a group's neighbours that are no nearer to it than another one that is hostile to them."""
        nearest: dict[frozenset[str], float] = {}
        for group, similarity in near.items():
            if names := self._arxiv_ids.get(group):
                nearest[frozenset(names)] = max(similarity, nearest.get(frozenset(names), 0.0))
        found = set()
        # By what is hostile to each, and not by pairs of neighbours: a family of thousands has millions of those.
        for group, similarity in near.items():
            names = self._arxiv_ids.get(group, set())
            if any(near.get(enemy, -1.0) >= similarity for enemy in self._hostile.get(group, ())) or any(
                best >= similarity and names.isdisjoint(others) for others, best in nearest.items() if names
            ):
                found.add(group)
        return found

    def unite(self, one: int, other: int) -> None:
        if one == other:
            return
        kept, gone = min(one, other), max(one, other)
        for document in self.members[gone]:
            self._leader[document] = kept
        self.members[kept] += self.members.pop(gone)
        if names := self._arxiv_ids.pop(gone, set()):
            self._arxiv_ids.setdefault(kept, set()).update(names)
        for enemy in self._hostile.pop(gone, set()):
            self._hostile[enemy].discard(gone)
            self._hostile[enemy].add(kept)
            self._hostile[kept].add(enemy)


def _gather_around_centres(component: Component, groups: _Groups) -> None:
    near: dict[int, dict[int, float]] = defaultdict(dict)
    ambiguous: set[tuple[int, int]] = set()
    for (one, other), similarity in component.whole.items():
        a, b = groups.of(one), groups.of(other)
        if a != b and not groups.are_hostile(a, b):
            near[a][b] = near[b][a] = max(similarity, near[a].get(b, 0.0))
    for group, others in near.items():
        ambiguous.update((group, foe) for foe in groups.outdone(others))
    for group, foe in ambiguous:
        near[group].pop(foe, None)
        near[foe].pop(group, None)
    longest = {group: max(component.words[d] for d in members) for group, members in groups.members.items()}
    centres: dict[int, int] = {}
    for group in sorted(near, key=lambda g: (-len(near[g]), -longest[g], g)):
        if not centres.keys() & near[group].keys():
            centres[group] = len(centres)
    choices = [
        (-similarity, group, rank, centre)
        for centre, rank in centres.items()
        for group, similarity in near[centre].items()
    ]
    settled = set()
    for _, group, _, centre in sorted(choices):
        if group not in settled and not groups.are_hostile(group, groups.of(centre)):
            settled.add(group)
            groups.unite(group, groups.of(centre))


def _attach_parts(component: Component, groups: _Groups) -> None:
    wholes: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    parts: dict[int, list[int]] = defaultdict(list)
    matched: dict[int, set[int]] = defaultdict(set)
    for part, whole, is_same_title in component.parts:
        wholes[part].append((whole, is_same_title))
        parts[whole].append(part)
    for one, other in [*component.whole, *((part, whole) for part, whole, _ in component.parts)]:
        matched[one].add(other)
        matched[other].add(one)
    longest_first = sorted(
        (-max(component.words[d] for d in members), leader, members.copy())
        for leader, members in groups.members.items()
    )
    placed: set[int] = set()
    for _, leader, members in longest_first:
        held_by = [
            (groups.of(whole), part, whole, is_same_title)
            for part in members
            if not any(groups.of(whole) == leader for whole, _ in wholes[part])
            for whole, is_same_title in wholes[part]
            if whole in placed and not groups.are_hostile(groups.of(whole), leader)
        ]
        placed.update(members)
        homes = {home for home, *_ in held_by}
        if len(homes) > 1:
            homes = {home for home, _, _, is_same_title in held_by if is_same_title}
        if len(homes) != 1:
            continue
        (home,) = homes
        if any(
            groups.are_hostile(groups.of(sibling), leader) for _, _, whole, _ in held_by for sibling in parts[whole]
        ):
            continue
        agreeing = sum(any(groups.of(other) == home for other in matched[document]) for document in members)
        disjoint = any(
            groups.of(sibling) == home and sibling not in matched[part]
            for of, part, whole, _ in held_by
            if of == home
            for sibling in parts[whole]
        )
        if 2 * agreeing > len(members) and not disjoint:
            groups.unite(leader, home)
