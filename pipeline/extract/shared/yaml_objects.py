"""Papers in YAML: one object, a list of them, objects by key, or several documents; each with its line."""

import json
import re
from contextlib import suppress
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

#: A list in which each paper has its key, as Typst's bibliographies (Hayagriva).
KEYED = re.compile(r"(?:#.*\n|[ \t]*\n)*+[\w:.+/-]+:[ \t]*\n(?:[ \t]++(?!title:).*\n)*+[ \t]++title:")
#: Where an object of a list begins.
_MEMBER = re.compile(r"^[ \t]*- (?=\S)", re.MULTILINE)
#: The key for a paper on the program that CITATION.cff describes.
_OTHER_PAPER = "preferred-citation"
#: An unquoted value with a colon in it, as people write titles; and a field on one line.
_COLON = re.compile(r"^([ -]*[\w -]+): +(?![\"'\[{>|&*])(.*:(?: .*)?)$", re.MULTILINE)
_FIELD = re.compile(r"^([A-Za-z][\w -]{0,40}): +(\S.*)$", re.MULTILINE)
#: Deepest nesting that is read; libyaml has no limit of its own.
_MOST_LEVELS = 50
_DEEP = re.compile(rf"^[ -]{{{4 * _MOST_LEVELS}}}", re.MULTILINE)

#: An object and the line on which it begins, counted from 1.
Placed = tuple[dict[str, Any], int]


def yaml_objects(text: str) -> list[Placed]:
    """The objects that YAML documents are or list, in order; of a broken document, its fields that can be read.

    All values are texts. Empty if the text is nested deeper than anyone writes, or has aliases: an alias repeats a
    value, so a few nested ones can expand without bound. An object of a list that is broken is empty.
    """
    import yaml  # imported only when needed

    if _is_deep(text):
        return []
    for said in (text, _COLON.sub(lambda found: f"{found[1]}: {json.dumps(found[2], ensure_ascii=False)}", text)):
        with suppress(yaml.YAMLError, ValueError, RecursionError):
            if "&" in said and any(isinstance(token, yaml.AliasToken) for token in yaml.scan(said)):
                return []
            return _read(said)
    if len(starts := _members(text)) > 1:  # an error in one object costs no other
        return _each_part(text, starts)
    fields = {key: value.strip(" \"'") for key, value in _FIELD.findall(text)}  # what an error elsewhere leaves
    return [(fields, 1)] if fields else []


def _is_deep(text: str) -> bool:
    depth = max(accumulate((sign in "[{") - (sign in "]}") for sign in re.findall(r"[\[\]{}]", text)), default=0)
    return depth > _MOST_LEVELS or bool(_DEEP.search(text))


def _read(text: str) -> list[Placed]:
    """The objects in YAML without errors. Files that were joined are read one by one: each begins with the same key."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)(text)
    roots = list[yaml.Node]()
    while loader.check_node():
        roots.append(loader.get_node())
    keys = [key for root in roots[:1] if isinstance(root, yaml.MappingNode) for key, _ in root.value]
    if len(starts := [key.start_mark.line for key in keys if key.value == keys[0].value]) > 1:
        return _each_part(text, [0, *starts[1:]])
    nodes = sorted(_object_nodes(roots, is_keyed=bool(KEYED.match(text))), key=lambda node: node.start_mark.line)
    return [(loader.construct_object(node, deep=True), node.start_mark.line + 1) for node in nodes]


def _object_nodes(roots: "list[yaml.Node]", *, is_keyed: bool) -> "list[yaml.MappingNode]":
    """The documents that are objects, and the objects in lists; is_keyed: also those under a key."""
    import yaml

    own = [root for root in roots if isinstance(root, yaml.MappingNode)]
    fields = [field for root in own for field in root.value]
    lists = [node for node in (*roots, *(value for _, value in fields)) if isinstance(node, yaml.SequenceNode)]
    members = [member for node in lists for member in node.value]
    members += [value for key, value in fields if is_keyed or key.value == _OTHER_PAPER]
    return [*own, *(member for member in members if isinstance(member, yaml.MappingNode))]


def _each_part(text: str, starts: list[int]) -> list[Placed]:
    """The objects of the parts of a text that begin on these lines, counted from 0, each with its line in the text."""
    lines = text.splitlines(keepends=True)
    parts = [("".join(lines[start:end]), start) for start, end in pairwise([*starts, len(lines)])]
    return [(value, line + above) for part, above in parts for value, line in yaml_objects(part) or [({}, 1)]]


def _members(text: str) -> list[int]:
    """The lines on which the objects of a list begin, counted from 0."""
    first = _MEMBER.search(text)
    return [text.count("\n", 0, found.start()) for found in _MEMBER.finditer(text) if first and found[0] == first[0]]
