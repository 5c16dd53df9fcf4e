"""A hook of mkdocs: a flowchart of mermaid is drawn as the site
is built, by its edges alone, as arcs beside a list of its nodes.
"""

import re
from graphlib import TopologicalSorter
from html import escape
from typing import Any

_EDGE = re.compile(r"(\w+) -->\|(\w+)\| (\w+)")
_ROW, _BOX, _STEP, _TOP = 44, 112, 30, 16


def on_config(config: Any) -> None:
    """Have every block of mermaid drawn by `drawn`."""
    fences = config.mdx_configs.setdefault("pymdownx.superfences", {}).setdefault("custom_fences", [])
    fences.append({"name": "mermaid", "class": "arcs", "format": drawn})


def drawn(source: str, *_: Any, **__: Any) -> str:
    """SVG in the colours of the page. Each node stands above those that its arcs lead to."""
    edges = [(start, end, label) for start, label, end in _EDGE.findall(source)]
    graph: dict[str, set[str]] = {}
    for start, end, _label in edges:
        graph.setdefault(end, set()).add(start)
    nodes = list(TopologicalSorter(graph).static_order())
    place = {node: _TOP + _ROW * number for number, node in enumerate(nodes)}
    longest = max(nodes.index(end) - nodes.index(start) for start, end, _ in edges)
    width, height = _BOX + _STEP * longest + 40, _ROW * len(nodes)
    body = [_box(node, place[node]) for node in nodes]
    body += [_arc(place[start], place[end]) for start, end, _ in edges]
    body += [_count(place[start], place[end], label) for start, end, label in edges]  # upon all arcs
    told = escape(", ".join(f"{start} imports {end} {label} times" for start, end, label in edges))
    return (
        f'<svg class="arcs" role="img" aria-label="{told}" viewBox="0 0 {width} {height}" style="max-width:{width}px">'
        '<defs><marker id="arc-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        f'<path d="M0 0 8 4 0 8z"/></marker></defs>{"".join(body)}</svg>'
    )


def _box(node: str, y: int) -> str:
    return (
        f'<rect x="1" y="{y - 14}" width="{_BOX - 2}" height="28" rx="4"/>'
        f'<text x="{_BOX / 2}" y="{y}" class="node">{escape(node)}</text>'
    )


def _arc(start: int, end: int) -> str:
    """From the lower half of a box to the upper half of another, so that ends meet no beginnings."""
    x = _BOX + _STEP * (end - start) / _ROW
    return (
        f'<path d="M{_BOX} {start + 5}C{x:g} {start + 5} {x:g} {end - 5} {_BOX} {end - 5}" marker-end="url(#arc-end)"/>'
    )


def _count(start: int, end: int, label: str) -> str:
    """Where the arc turns: three quarters of the way to the points that draw it."""
    x = _BOX + 0.75 * _STEP * (end - start) / _ROW
    return f'<text x="{x:g}" y="{(start + end) / 2:g}" class="count">{escape(label)}</text>'
