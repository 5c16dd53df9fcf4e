"""Papers for reference managers: RIS, BibTeX, CSL-JSON and CSV, each written with its reader's own table of columns."""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from papersieve.pipeline.extract.formats.bibtex import FIELDS
from papersieve.pipeline.extract.formats.crossref import CSL, CUSTOM
from papersieve.pipeline.extract.formats.ris import TAGS
from papersieve.pipeline.extract.shared.field_parts import export_note, guarded, is_export_note, joined_terms
from papersieve.pipeline.extract.shared.markup import without_jats
from papersieve.pipeline.extract.shared.names import AND_OTHERS

#: A row of `references.sql` by column: id, the columns of papers, other_fields (by tag, of the record that gave most
#: values), format, notes.
Row = dict[str, Any]


@dataclass(frozen=True)
class Writer:
    """How a format writes references: each one, and the text before, between and after them."""

    reference: Callable[[Row], str]
    before: Callable[[Sequence[str]], str] = lambda _: ""
    between: str = "\n"
    after: str = ""


#: Characters with a meaning in LaTeX, and how they are escaped.
_TEX = str.maketrans({sign: f"\\{sign}" for sign in "{}$&%#_"} | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}"})
#: How braces are escaped if one lacks its counterpart.
_BRACES = str.maketrans({"{": r"\lbrace{}", "}": r"\rbrace{}"})
#: Types of publications -> their names in RIS, BibTeX and CSL-JSON.
_TYPES = {
    "article": ("JOUR", "article", "article-journal"),
    "conference-paper": ("CPAPER", "inproceedings", "paper-conference"),
    "book": ("BOOK", "book", "book"), "chapter": ("CHAP", "incollection", "chapter"),
    "thesis": ("THES", "phdthesis", "thesis"),
    "report": ("RPRT", "techreport", "report"), "dataset": ("DATA", "misc", "dataset"),
    "patent": ("PAT", "misc", "patent"),
    "software": ("COMP", "misc", "software"), "preprint": ("UNPB", "unpublished", "article"),
    "other": ("GEN", "misc", "document"),
}  # fmt: skip
_RIS_TAG = re.compile(r"(?!TY|ER|ID)(?:[A-Z][A-Z0-9]|X[A-Z]{2})")
#: BibTeX field -> the column of records that it holds.
_COLUMN_OF = {name: column for column, names in FIELDS.items() for name in names}
#: Columns whose values are not escaped, because they are not text for LaTeX or are escaped already.
_VERBATIM = ("doi", "urls", "arxiv_id", "pmid", "pages", "published_date", "authors")
#: Columns that CSL-JSON lacks, or holds only as a single text.
_CUSTOM = ("urls", "categories", "author_count", "comment_count", "organisation")


def _ris(row: Row) -> str:
    first, _, last = (row["pages"] or "").partition("-")
    is_range = "-" not in last
    said = row | {
        "arxiv_id": (id_ := _arxiv(row)) and f"arXiv:{id_}",
        "pmid": row["pmid"] and f"PMID: {row['pmid']}",
        "page_start": first if is_range else row["pages"],
        "page_end": last if is_range else None,
        "published_date": (date := row["published_date"]) and f"{date:%Y/%m/%d}".zfill(10),
    }
    others = _others(row)
    kind = others.pop("TY", [_type(row)[0]]) if row["format"] == "ris" else [_type(row)[0]]
    lines = [("TY", kind[:1]), ("ID", [row["id"]])]
    lines += [(tags[0], _values(said.get(column))) for column, tags in TAGS.items()]
    if row["format"] == "ris":
        lines += [(name, values) for name, values in others.items() if _RIS_TAG.fullmatch(name)]
    lines.append(("N1", [*_told(row, {tag for tag, _ in lines} - {"ID"}), *map(export_note, row["notes"])]))
    return "".join(f"{tag}  - {' '.join(value.split())}\n" for tag, values in lines for value in values) + "ER  - \n"


def _bibtex(row: Row) -> str:
    said = row | {
        "authors": [" and ".join(map(_bibtex_name, row["authors"] or ()))],
        "arxiv_id": _arxiv(row),
        "published_date": (date := row["published_date"]) and date.isoformat(),
        "pages": row["pages"] and row["pages"].replace("-", "--"),
        "issns": ", ".join(row.get("issns") or ()),
        "isbns": ", ".join(row.get("isbns") or ()),
        "categories": row["categories"] and joined_terms(row["categories"]),
        "urls": row["urls"][:1],
    }
    fields = {
        names[0]: value if column in _VERBATIM else _tex(value)
        for column, names in FIELDS.items()
        for value in _values(said.get(column))
    }
    fields["urls"] = " ".join(row["urls"][1:])
    fields["archiveprefix"] = "arXiv" if said["arxiv_id"] else ""
    fields["annote"] = _tex(export_note("; ".join(row["notes"])))
    others = _others(row)
    kind = "".join(others.pop("ENTRYTYPE", [_type(row)[1]])[:1])
    fields["ids"] = ", ".join(others.pop("ID", ()))  # biblatex's name for other keys
    for name, values in others.items():
        field = _bibtex_field(name)
        is_read = field in _COLUMN_OF and not said.get(_COLUMN_OF[field])  # it would be read back as another column
        is_read |= field == "month" and any(map(str.isdigit, "".join(values)))  # a day that its year does not belong to
        fields.setdefault(f"other-{field}" if is_read else field, _tex("; ".join(values)))
    lines = [f"  {name} = {{{' '.join(value.split())}}}" for name, value in fields.items() if name and value]
    return f"@{kind}{{{row['id']},\n" + ",\n".join(lines) + "\n}\n"


def _bibtex_field(name: str) -> str:
    """The name of a field in BibTeX, which must begin with a letter, unlike Refer's `%8`. Names like `authors` are
    changed, because tools would take them for `author`.
    """
    plain = re.sub(r"[^\w-]|_", "", name).lower()
    return f"field{plain}" if plain[:1].isdigit() or plain.startswith("author") else plain


def _bibtex_name(name: str) -> str:
    """A name, written so that it is read as one: `and` separates names, and BibTeX allows at most two commas."""
    if name == AND_OTHERS:
        return "others"
    text = _tex(name)
    is_plain = name.count(",") <= 2 and not re.search(r"\band\b|^others$", name, re.IGNORECASE)
    return text if is_plain else f"{{{text}}}"


def _tex(text: str) -> str:
    """The text, escaped for LaTeX. Two hyphens would become a dash, and BibTeX counts braces even if escaped."""
    signs = _TEX if _is_balanced(text) else _TEX | _BRACES
    return text.translate(signs).replace("--", "-{}-").replace("--", "-{}-")


def _is_balanced(text: str) -> bool:
    """Whether every brace has its counterpart."""
    depths = list(accumulate({"{": 1, "}": -1}.get(sign, 0) for sign in text))
    return not depths or (min(depths) >= 0 and depths[-1] == 0)


def _csl(row: Row) -> str:
    date, year, arxiv = row["published_date"], row["year"], _arxiv(row)
    parts = [date.year, date.month, date.day] if date else [year]
    said = row | {
        "abstract": row["abstract"] and _html(row["abstract"]),
        "authors": [_csl_name(name) for name in row["authors"] or ()],
        "published_date": {"date-parts": [parts]} if year else None,
        "arxiv_id": arxiv,
        "categories": ", ".join(row["categories"] or ()),
        "urls": next(iter(row["urls"]), None),
    }
    values = {"id": row["id"], "type": _type(row)[2]}
    values |= {key: value for column, key in CSL.items() if (value := said.get(column))}
    values |= {"archive": "arXiv"} if arxiv else {}
    values |= {"note": "\n".join(map(export_note, row["notes"]))}
    custom = {column: row[column] for column in _CUSTOM if row.get(column)}
    custom |= {"other_fields": others} if (others := _others(row)) else {}
    values |= {CUSTOM: custom} if custom else {}
    return json.dumps(values, ensure_ascii=False, indent=1, default=str)


def _csl_name(name: str) -> dict[str, str]:
    family, comma, given = name.partition(", ")
    return {"family": family, "given": given} if comma and family and given else {"literal": name}


def _html(text: str) -> str:
    """The text, with `<` escaped if anything looks like a tag: readers of CSL-JSON remove tags."""
    return text.replace("<", "&lt;") if without_jats(text) != text else text


def _csv(row: Row) -> str:
    texts = {name: joined_terms(value) if isinstance(value, list) else value for name, value in row.items()}
    texts |= {"arxiv_id": _arxiv(row)} | {name: " ".join(row[name]) for name in ("urls", "code_urls")}
    return _csv_line([guarded(cell) if isinstance(cell, str) else cell for cell in (row | texts).values()])


def _csv_line(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _type(row: Row) -> tuple[str, str, str]:
    return _TYPES[row.get("publication_type") or ("article" if row["venue"] else "other")]


def _values(value: Any) -> list[str]:
    """A value as texts, without empty ones."""
    each = value if isinstance(value, list) else [value]
    return [json.dumps(one, ensure_ascii=False) if isinstance(one, dict | list) else str(one) for one in each if one]


def _arxiv(row: Row) -> str | None:
    version = row["arxiv_version"]
    return f"{row['arxiv_id']}v{version}" if row["arxiv_id"] and version else row["arxiv_id"]


def _others(row: Row) -> dict[str, list[str]]:
    """The fields without a column, by tag, of the record that gave most values."""
    said = json.loads(row["other_fields"] or "{}")
    return {name: [text for text in _values(value) if not is_export_note(text)] for name, value in said.items()}


def _told(row: Row, written: set[str]) -> list[str]:
    """The other fields that are not yet written, as notes."""
    left = [(name, values) for name, values in _others(row).items() if name not in written]
    return [export_note(f"{name} = {value}") for name, values in left for value in values]


WRITERS = {
    "ris": Writer(_ris),
    "bibtex": Writer(_bibtex),
    "csl-json": Writer(_csl, lambda _: "[\n", ",\n", "\n]\n"),
    "csv": Writer(_csv, _csv_line, ""),
}
