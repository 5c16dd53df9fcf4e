"""Output of explain, lookup, search, tables, changes and export in words: harmless, and clear without colours."""

import textwrap
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from papersieve.pipeline.extract.places.address import Place
from papersieve.warehouse import console
from papersieve.warehouse.harmless import harmless
from papersieve.warehouse.plurals import counted

#: The columns that every terminal has, and the indent of continued lines.
_COLUMNS, _INDENT = 80, " " * 11

#: judgement -> colour.
_COLOURS = {"match": "green", "review": "yellow", "non_match": "red"}

#: side of a difference -> the signs around it, and its colour.
_MARKS = {"same": ("", "", ""), "left": ("[-", "-]", "red"), "right": ("{+", "+}", "green")}

#: event -> the word before the other paper involved.
_FROM_OR_INTO = {"merged": "into", "split": "from"}

#: How many characters of a golden value are shown.
_SHOWN_CHARS = 100


def title(text: str | None) -> str:
    """A title, made harmless to the terminal; "(no title)" if there is none."""
    return harmless(text) or "(no title)"


def tell_pair(told: dict[str, Any]) -> None:
    """Print why two records are one paper or not."""
    out = console.out()
    out.print(Text("one paper" if told["is_one_paper"] else "not one paper", style="bold"))
    for side in ("left", "right"):
        record = told[side]
        console.labelled(out, side, title(record["title"]))
        named = (("DOI", record["doi"]), ("arXiv", record["arxiv_id"]))
        identifiers = [f", {kind} {harmless(value)}" for kind, value in named if value]
        console.labelled(out, "", f"{_place(record)}, paper {record['paper_id']}{''.join(identifiers)}")
    texts = told["texts"]
    out.print()
    if told["stored"]:
        _tell_judgement(out, "judged", told["stored"])
    else:
        unkeyed = "" if texts["match_key"] else "; no block key proposes them"
        out.print(f"judged     never: these two were not compared{unkeyed}")
    judged = told["stored"] or {"judgement": None, "rule": None}
    if (texts["judgement"], texts["rule"]) != (judged["judgement"], judged["rule"]):
        _tell_judgement(out, "texts say", texts)
    words = told["words"]
    shared = f"{words['shared']} in both abstracts"
    out.print(f"words      {shared}, {words['only_left']} only left, {words['only_right']} only right")
    if len(told["chain"]) > 1:
        _tell_links(out, "the matches that lead from one to the other", told["chain"])
    _tell_links(out, "the nearest pairs of the two papers", told["between"])
    for column, parts in told["differences"].items():
        out.print(f"\n{column}  [-only left-] {{+only right+}}")
        out.print(difference(parts))  # fmt: skip


def difference(parts: list[tuple[str, str]]) -> Text:
    """Both texts as one: words only in the left are in [- -] and red, words only in the right in {+ +} and green."""
    text = Text()
    for op, words in parts:
        before, after, colour = _MARKS[op]
        body = harmless(words)
        space = " " * (len(body) - len(body.rstrip()))
        text.append(f"{before}{body.rstrip()}{after}", style=colour).append(space or " ")
    text.rstrip()
    return text


def tell_paper(told: dict[str, Any]) -> None:
    """Print the evidence of a paper."""
    out = console.out()
    paper, asked = told["paper"], told["asked"]
    out.print(Text(title(paper["title"]), style="bold"))
    counts = (counted(paper[f"{thing}_count"], thing) for thing in ("record", "document", "dump"))
    out.print(f"paper {paper['paper_id']}: {', '.join(counts)}")
    if asked["id"] != paper["paper_id"]:
        retired = ", a retired id that leads here" if asked["kind"] == "alias" else ""
        out.print(f"asked for the {asked['kind']} {asked['id']}{retired}")
    out.print("\nrecords")
    for record in told["records"]:
        console.hanging(out, f"  {_place(record)}  {title(record['title'])}", 4)
    _tell_links(out, "evidence: each record and the match that holds it here", told["evidence"])
    if told["not_merged"]:
        out.print("\nnearest pairs with other papers")
        for pair in told["not_merged"]:
            _tell_link(out, pair)
            console.hanging(out, f"    {title(pair['left_title'])} | {title(pair['right_title'])}", 6)
    out.print("\nvalues and the records that gave them")
    for row in told["values"]:
        value = harmless("; ".join(row["value"]) if isinstance(row["value"], list) else str(row["value"]))
        shown = value if len(value) <= _SHOWN_CHARS else value[:_SHOWN_CHARS] + " …"
        console.hanging(out, f"  {row['column_name']:16} {shown}", 19)
        console.hanging(out, f"  {'':16} {row['rule']}: {_place(row)}", 19)
    out.print("\nhistory")
    for row in told["history"]:
        other = f" {_FROM_OR_INTO[row['event']]} {row['other_paper_id']}" if row["other_paper_id"] else ""
        console.hanging(out, f"  {row['changed_at']:%Y-%m-%d %H:%M:%S}  {row['event']}  {row['paper_id']}{other}", 23)  # fmt: skip


def tell_tables(told: dict[str, Any]) -> None:
    """Print what can be queried, one line each."""
    rows = ((row["table_name"], row["comment"].split(" Source: ")[0]) for row in told["tables"])
    console.out().print(two_columns(rows))


def tell_columns(told: dict[str, Any]) -> None:
    """Print the columns of a table."""
    rows = told["columns"]
    console.out().print(two_columns((f"{r['column_name']} {r['data_type'].lower()}", r["comment"] or "") for r in rows))


def two_columns(rows: Iterable[tuple[str, str]]) -> Table:
    """Names and their meanings side by side; a long meaning continues below itself."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", overflow="fold")
    table.add_column()
    for name, meaning in rows:
        table.add_row(harmless(name), harmless(meaning))
    return table


def tell_lookup(told: dict[str, Any]) -> None:
    """Print whether a text is here."""
    out = console.out()
    if not told["found"]:
        out.print("not here, and nothing like it; `papersieve search WORDS` finds papers by some of their words")
        return
    out.print(Text("already here" if told["is_here"] else "not here; somewhat like it", style="bold"))
    for row in told["found"]:
        judged = (f"{row['judgement']:9}", _COLOURS[row["judgement"]])
        console.hanging(out, Text.assemble(judged, f"  {title(row['title'])}"), len(_INDENT))
        console.labelled(out, "", f"{_place(row)}, paper {row['paper_id']}")
        console.labelled(out, "", f"{row['rule']}: {row['because']}")
        if row["match_key"] is None:
            out.print("           no block key proposes this pair, so a run would not compare the two")  # fmt: skip


def tell_search(told: dict[str, Any]) -> None:
    """Print the papers that were found."""
    out = console.out()
    if not told["found"]:
        out.print(f"no paper has any of: {' '.join(told['words'])}")
    elif not told["all_words"]:
        out.print(f"no paper has all of: {' '.join(told['words'])}; those that have the most")
    for row in told["found"]:
        day = f"{row['published_date']}  " if row["published_date"] else ""
        out.print(Text(title(row["title"]), style="bold"))
        held = f"{counted(row['record_count'], 'record')} in {counted(row['dump_count'], 'dump')}"
        out.print(f"    {day}{held}, paper {row['paper_id']}")
        console.hanging(out, f"    {harmless(row['excerpt'])}", 4)


def tell_changes(told: dict[str, Any]) -> None:
    """Print what happened to papers, one line each, oldest first."""
    out = console.out()
    for row in told["changes"]:
        more = {event: f"{word} {row['other_paper_id']}" for event, word in _FROM_OR_INTO.items()}
        more["changed"] = ", ".join(row["changed_columns"] or [])
        line = f"{row['revision']:6}  {row['event']:9}  {row['paper_id']}  {more.get(row['event'], '')}  {title(row['paper_title'])}"
        console.hanging(out, line.rstrip(), 19)
    out.print(f"{counted(len(told['changes']), 'change')} up to revision {told['revision']} ({told['revision_id']})")


def tell_export(manifest: dict[str, Any], folder: Place) -> None:
    """Print what was written where."""
    files = [file for table in manifest["tables"] for file in table["files"]]
    state = "exported" if manifest["exported"] else "unchanged"
    tables = counted(len(manifest["tables"]), "table or view", "tables and views")
    holds = f"{tables}, {counted(len(files), 'file')}, {sum(file['size_bytes'] for file in files) / 1e6:,.1f} MB"
    done = f"{manifest['written']:,} written, {manifest['removed']:,} removed"
    console.out().print(f"{state}: {folder}: {holds}; {done}")


def _tell_judgement(out: Console, name: str, pair: dict[str, Any]) -> None:
    by = f", proposed by {pair['match_key']}" if pair["match_key"] else ""
    head = Text.assemble(f"{name:9}  ", (pair["judgement"], _COLOURS[pair["judgement"]]), f" by {pair['rule']}{by}")
    out.print(head)
    for line in textwrap.wrap(pair["because"], min(_COLUMNS, out.width) - len(_INDENT)):
        out.print(_INDENT + line)
    if pair["terms"]:
        _tell_terms(out, pair["score"], pair["terms"])


def _tell_terms(out: Console, score: float, terms: list[dict[str, Any]]) -> None:
    """Print one line per term, largest first: what was found and what it adds. Terms that round to zero are omitted."""
    out.print(f"{_INDENT}{'evidence':18} {'value':>6} {'adds':>6}")
    # This imports polars, which is loaded already if there are terms.
    from papersieve.warehouse.answers.reasons import LEAST_TERM, tell_value

    for term in terms:
        if abs(term["adds"]) < LEAST_TERM:
            continue
        value, adds = tell_value(term["evidence"], term["value"]), term["adds"]
        sign = ("for", _COLOURS["match"]) if adds > 0 else ("against", _COLOURS["non_match"])
        out.print(Text.assemble(f"{_INDENT}{term['evidence']:18} {value:>6} {adds:>+6.1f}  ", sign))
    out.print(f"{_INDENT}{'score':18} {'':6} {score:>+6.1f}")


def _tell_links(out: Console, head: str, pairs: list[dict[str, Any]]) -> None:
    if pairs:
        out.print(f"\n{head}")
    for pair in pairs:
        _tell_link(out, pair)


def _tell_link(out: Console, pair: dict[str, Any]) -> None:
    judged = (pair["judgement"], _COLOURS[pair["judgement"]])
    ends = f"  {pair['left_record_id'][:8]} - {pair['right_record_id'][:8]}  "
    out.print(Text.assemble(ends, judged, f" by {pair['rule']}{scores(pair)}"))


def scores(pair: dict[str, Any]) -> str:
    """The score of a pair and the similarity of abstracts and titles, in a few words."""
    score = "" if pair["score"] is None else f" {pair['score']:+.1f}"
    names = {"similarity": "abstracts", "title_similarity": "titles"}
    shares = (f"{name} {'-' if pair[s] is None else format(pair[s], '.2f')}" for s, name in names.items())
    return f"{score}: {', '.join(shares)}"


def _place(row: dict[str, Any]) -> str:
    return f"{row['record_id'][:8]} {harmless(row['dump'])}:{row['line_start']}"
