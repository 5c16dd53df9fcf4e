"""papersieve: overlapping listings of research papers in, one clean DuckDB warehouse of distinct papers out.

    import papersieve

    papersieve.run("dumps")                              # files or folders into data/papersieve.duckdb
    papersieve.match("export.ris")                       # the repeats in some files, without a store
    papersieve.deduplicate(frame, "abstract")            # the repeats in a column of texts
    with papersieve.open_warehouse() as warehouse:       # SQL, and "is this abstract already here?"
        papersieve.lookup(warehouse, abstract)

These functions and the names in `__all__` stay the same between releases. Each is loaded on first use, so the import
itself takes a few milliseconds. Every error that is raised on purpose is a PapersieveError.
"""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import polars as pl

    from papersieve.pipeline.deduplicate import deduplicate
    from papersieve.pipeline.errors import (
        ArgumentError,
        BusyError,
        DumpError,
        PapersieveError,
        SettingsError,
        StoreError,
    )
    from papersieve.pipeline.extract.entries import Format
    from papersieve.pipeline.extract.places.address import Place
    from papersieve.pipeline.settings import Settings
    from papersieve.warehouse.published.audit import AuditError
    from papersieve.warehouse.run import RunResult

    StrPath = str | PathLike[str]
    __version__: str

__all__ = [
    "ArgumentError",
    "AuditError",
    "BusyError",
    "DumpError",
    "Format",
    "PapersieveError",
    "RunResult",
    "Settings",
    "SettingsError",
    "StoreError",
    "__version__",
    "deduplicate",
    "lookup",
    "match",
    "open_warehouse",
    "run",
]

#: Modules of the names that are loaded on first use; all others are errors.
_LOADED_FROM = {
    "deduplicate": "papersieve.pipeline.deduplicate",
    "Settings": "papersieve.pipeline.settings",
    "Format": "papersieve.pipeline.extract.entries",
    "RunResult": "papersieve.warehouse.run",
    "AuditError": "papersieve.warehouse.published.audit",
}


def __getattr__(name: str) -> Any:
    """Load a name that the module does not hold yet (PEP 562)."""
    if name == "__version__":
        value: Any = import_module("importlib.metadata").version("papersieve")
    elif name == "Papersieve":  # the Dagster component: `dg` finds it here
        with import_module("papersieve.pipeline.extras").needs("dagster", "The Dagster component"):
            value = import_module("papersieve.assets.component").Papersieve
    elif name in __all__:
        value = getattr(import_module(_LOADED_FROM.get(name, "papersieve.pipeline.errors")), name)
    else:
        raise AttributeError(f"module 'papersieve' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Names for completion: the public ones, loaded or not. `dg` looks here for components."""
    return sorted({*globals(), *__all__, *(["Papersieve"] if find_spec("dagster") else [])})


def run(
    dumps: "StrPath | Iterable[StrPath]",
    *,
    store: "StrPath | None" = None,
    warehouse: "StrPath | None" = None,
    settings: "Settings | StrPath | None" = None,
) -> "RunResult":
    """Read dumps, find the papers among all records so far, check the result and publish it: `papersieve run`.

    dumps: files, folders or addresses (`https://…`, `s3://…`), one or several. store and warehouse: by default
    data/store.duckdb and data/papersieve.duckdb below the current folder; if only one is given, the other is next to
    it. settings: Settings, or the path of a TOML file of settings; without it, all settings have their defaults.

    The result's `funnel` counts what the store holds, from dumps to papers. `outcomes` says what happened to each file;
    `unreadable` lists files that could not be read, and `held_back` files with too much unusable content. These raise
    no error. Raises ArgumentError, SettingsError, StoreError, BusyError if another command holds the store, and
    AuditError if a check of the new version failed; the published version then stays as it was.

    >>> import papersieve
    >>> result = papersieve.run("dumps", warehouse="papers.duckdb")
    >>> result.funnel["dumps"], result.unreadable
    (8, [])
    >>> result.funnel["records"] > result.funnel["papers"]
    True
    """
    from papersieve.warehouse.places import resolve_places
    from papersieve.warehouse.run import run as run_all

    return run_all(_places(dumps), *resolve_places(_path(store), _path(warehouse)), _settings(settings))


def match(
    files: "StrPath | Iterable[StrPath]", settings: "Settings | StrPath | None" = None
) -> "tuple[pl.DataFrame, pl.DataFrame]":
    """Return (records, pairs) of files as a run would match them, without a store: `papersieve match`.

    records: one row per record, in the order of the files: record_id (`file:line`), paper_id (the record_id of its
    paper's first record; equal for records of one paper), file, line_start, line_end, title (null if there is none).

    pairs: one row per compared pair of distinct contents: left_record_id, right_record_id, match_key, the evidence
    (null if one of the two lacks it), score, judgement (match, review or non_match) and rule.

    Raises PapersieveError if a file can't be read.

    >>> import papersieve
    >>> records, pairs = papersieve.match(["export.ris", "list.bib"])
    >>> records.select("record_id", "paper_id").rows()
    [('export.ris:1', 'export.ris:1'), ('list.bib:1', 'export.ris:1')]
    >>> pairs["judgement"].to_list()
    ['match']
    """
    from papersieve.warehouse.answers.match import match as match_files

    return match_files([Path(file) for file in _several(files)], _settings(settings))


def open_warehouse(warehouse: "StrPath | None" = None) -> "duckdb.DuckDBPyConnection":
    """Open a published warehouse for reading, as a DuckDB connection that a `with` block closes.

    warehouse: by default data/papersieve.duckdb below the current folder. SQL on the connection can reach no other
    file. If a run publishes meanwhile, the connection keeps the version that it opened. Raises PapersieveError if there
    is no warehouse, or if the file is something else.

    >>> import papersieve
    >>> with papersieve.open_warehouse("papers.duckdb") as warehouse:
    ...     warehouse.sql("SELECT count(*) > 0 AS has_repeats FROM repeated_papers").fetchall()
    [(True,)]
    """
    from papersieve.warehouse.places import DEFAULT_WAREHOUSE
    from papersieve.warehouse.published.reader import open_warehouse as open_published

    return open_published(_path(warehouse) or DEFAULT_WAREHOUSE)


def lookup(
    warehouse: "StrPath | duckdb.DuckDBPyConnection", abstract: str, title: str = "", *, limit: int = 5
) -> dict[str, Any]:
    """Look up whether a paper is already in a warehouse, by its abstract, its title, or both: `papersieve lookup`.

    warehouse: its path, or a connection from `open_warehouse`, which is faster for many lookups. Several threads
    may use one connection for lookups; for other queries, each needs a `cursor()` of it. A short text without a title
    is also looked up as a title.

    The result is {"is_here": whether a published record matches, "found": at most `limit` records, the nearest of
    each paper, matches first}. Each has judgement (match or review), rule, because (the reason in words), score,
    similarity, containment and title_similarity (null if one of the two lacks what is compared), match_key (null if a
    run would not propose the pair), paper_id, record_id, document_id, title, dump and line_start. Raises
    PapersieveError if there is no warehouse.

    >>> import papersieve
    >>> with papersieve.open_warehouse("papers.duckdb") as warehouse:
    ...     query = "SELECT title, abstract FROM papers ORDER BY ALL LIMIT 1"
    ...     [(title, abstract)] = warehouse.sql(query).fetchall()
    ...     answer = papersieve.lookup(warehouse, abstract, title)
    >>> answer["is_here"], answer["found"][0]["title"] == title
    (True, True)
    >>> papersieve.lookup("papers.duckdb", "Nobody has ever written these words about kettles, lamps and sheep.")
    {'is_here': False, 'found': []}
    """
    from papersieve.pipeline.errors import ArgumentError
    from papersieve.warehouse.answers.lookup import lookup as look_up
    from papersieve.warehouse.published.reader import cursor_of

    if not isinstance(limit, int):
        raise ArgumentError(f"limit: expected an int, found {type(limit).__name__}.")
    for name, text in (("abstract", abstract), ("title", title)):
        if not isinstance(text, str):
            raise ArgumentError(f"{name}: expected a str, found {type(text).__name__}.")
    if isinstance(warehouse, str | PathLike):
        with open_warehouse(warehouse) as con:
            return look_up(con, abstract, title, limit=limit)
    with cursor_of(warehouse) as own:
        return look_up(own, abstract, title, limit=limit)


def _several(given: "StrPath | Iterable[StrPath]") -> list[str]:
    from papersieve.pipeline.errors import ArgumentError
    from papersieve.pipeline.extract.places.address import not_empty

    try:
        several = [given] if isinstance(given, str | PathLike) else list(given)
        if not hasattr(given, "columns"):
            return [not_empty(fspath(each)) for each in several]
    except TypeError:
        pass  # neither a path nor several of them
    raise ArgumentError(
        f"expected a path, or several, found {type(given).__name__}. Of a table in memory, `papersieve.deduplicate(table, "
        "column)` finds the repeats."
    )


def _places(dumps: "StrPath | Iterable[StrPath]") -> "list[Place]":
    from papersieve.pipeline.extract.places.address import place_of

    return [place_of(each) for each in _several(dumps)]


def _path(given: "StrPath | None") -> Path | None:
    from papersieve.pipeline.extract.places.address import not_empty

    return None if given is None else Path(not_empty(fspath(given)))


def _settings(given: "Settings | StrPath | None") -> "Settings":
    from papersieve.pipeline.settings_file import checked_settings, load_settings

    if given is None or isinstance(given, str | PathLike):
        return load_settings(_path(given))
    return checked_settings(given)
