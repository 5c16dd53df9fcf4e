"""Whether the published file is what publishing the store would produce, by revision, settings and definitions."""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from papersieve.pipeline.settings import SKETCH_SIZE, Settings, fingerprint
from papersieve.warehouse.files import log_of
from papersieve.warehouse.published.check_files import checks
from papersieve.warehouse.published.dictionary import meanings
from papersieve.warehouse.published.reader import Publication, read_publication
from papersieve.warehouse.sql import statement_sql
from papersieve.warehouse.store.store import Store

#: Raised when a published table or view loses or changes a column (docs/data-dictionary.md).
SCHEMA_VERSION = 1

#: The length of DuckDB's header: an id of the file, and two blocks of which each change of the file rewrites one.
_HEADER_BYTES = 3 * 4096

#: How many revisions' changes are kept: an older version is not updated but written again.
REVISIONS_KEPT = 50


def is_published(store: Store, warehouse: Path, settings: Settings) -> bool:
    """Whether the warehouse file is what publishing the store with these settings would produce."""
    found = read_publication(warehouse)
    if not found or is_changed_by_others(store, warehouse):
        return False  # missing, damaged, or another database: publishing decides what to do about it
    wanted = (SCHEMA_VERSION, store.value("store_version"), publication_fingerprint(settings))
    is_newest = newest_revision(store, found).get("revision_id") == found.revision_id
    return is_newest and (found.schema_version, found.store_version, found.fingerprint) == wanted


def note_file(store: Store, built: Path) -> None:
    """Note a finished file, before it is put in place, so that later changes of it are noticed."""
    if found := read_publication(built):
        with store.transaction():
            store.execute("note_file", revision=found.revision, revision_id=found.revision_id, header=_header_of(built))


def is_as_noted(store: Store, version: Path, found: Publication) -> bool:
    """Whether a version is certainly as it was published: its header is noted for its revision."""
    return {"header": _header_of(version)} in store.ask_rows("noted_headers", revision_id=found.revision_id)


def is_changed_by_others(store: Store, warehouse: Path) -> bool:
    """Whether another program changed the published file, or left its log there; False if this can't be known."""
    if log_of(warehouse).exists():
        return True
    found = read_publication(warehouse)
    noted = store.ask_rows("noted_headers", revision_id=found.revision_id) if found else []
    return bool(noted) and {"header": _header_of(warehouse)} not in noted


def _header_of(version: Path) -> str:
    with version.open("rb") as opened:
        return hashlib.blake2b(opened.read(_HEADER_BYTES), digest_size=16).hexdigest()


def newest_revision(store: Store, found: Publication) -> dict[str, Any]:
    """The store's newest revision: revision, revision_id, and is_base_known: whether the changes since the published
    one are known. Empty if there is none.
    """
    base = {"revision": found.revision, "revision_id": found.revision_id, "kept": REVISIONS_KEPT}
    return next(iter(store.ask_rows("last_revision", **base)), {})


def publication_fingerprint(settings: Settings) -> str:
    """A hash of the settings and of the definitions of the published tables, views, checks and comments."""
    rules = (check.sql for check in checks())
    parts = [statement_sql("build_published"), *views(), *rules, repr((meanings(), SKETCH_SIZE))]
    shape = hashlib.blake2b("\0".join(parts).encode()).hexdigest()
    return fingerprint({"judging": settings.papers_depend_on(), "shape": shape})


@cache
def views() -> tuple[str, ...]:
    """The SQL of every view, in the order of their numbers."""
    found = files("papersieve.warehouse").joinpath("views").iterdir()
    named = sorted((file for file in found if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(file.read_text(encoding="utf-8") for file in named)
