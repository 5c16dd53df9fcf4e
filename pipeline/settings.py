"""Every number that changes a result, in one frozen place, with the fingerprint that keeps results apart."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from papersieve.pipeline.errors import SettingsError

#: The steps from raw records to papers, in their order, each with the version of what it makes. Raise it with any change of
#: that: every store then makes this step's results anew, and those of the steps behind it, which rest on them.
#: tests/pipeline/test_step_versions.py fails where a step makes something else of a sample under the same version.
VERSIONS = {
    "records": 5,  # texts cleaned, records held against their contract, ids of documents
    "documents": 2,  # what is compared of them
    "keys": 2,  # block keys
    "evidence": 3,  # what is found of a pair
    "judgement": 7,  # what that leads to
    "clusters": 2,  # what decisions and clustering make of matches
    "papers": 2,  # golden records
}

#: Settings that say how the work is done, and change no result: in no fingerprint.
OPERATION = {"batch_documents", "keep_versions", "compact_share", "memory_limit", "spill_folder", "reading"}


class Reading(BaseModel):
    """How dumps are read: limits that hostile input runs into, and columns of tables. Nothing derived depends on it.

    A limit that is hit is named in the error, the rejected line or the notice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str | None = Field(None, description="format that every dump has; detected by content where not given")
    columns: dict[str, str] = Field({}, description="columns of tables: ours = theirs; guessed where not given")
    max_file_bytes: int = Field(1 << 36, ge=1, description="bytes of a dump, uncompressed")
    max_page_bytes: int = Field(1 << 28, ge=1, description="bytes of a dump whose format has to be read whole")
    max_line_bytes: int = Field(1 << 23, ge=100, description="bytes of a line of text; a longer one is rejected")
    max_entry_bytes: int = Field(1 << 23, ge=100, description="bytes of an entry over several lines")
    max_depth: int = Field(100, ge=5, le=500, description="levels of nesting in JSON and XML")
    max_members: int = Field(100_000, ge=1, description="members of an archive")
    max_expansion: int = Field(250, ge=2, description="uncompressed bytes for each compressed one, past 16 MiB")
    max_fetched_bytes: int = Field(1 << 36, ge=1, description="bytes of all dumps of one call that lie elsewhere")
    fetch_seconds: float = Field(600, gt=0, description="seconds until a dump that lies elsewhere is here")
    silence_seconds: float = Field(30, gt=0, description="seconds without a byte of it, after which it is given up")
    fetch_at_once: int = Field(4, ge=1, le=64, description="dumps that are fetched at a time")
    processes: int | None = Field(
        None,
        ge=1,
        le=64,
        description="processes that read dumps, 1: this one alone; none: one a core where there is much to read",
    )
    batch_entries: int = Field(20_000, ge=1, description="entries that are held at a time")


class Settings(BaseModel):
    """Settings of one store. The defaults are the ones measured in docs/decisions/002."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shingle_words: int = Field(2, ge=1, le=10, description="words in a shingle")
    num_perm: int = Field(200, ge=16, le=1024, description="permutations, values in a signature")
    bands: int = Field(40, ge=1, le=256, description="bands a signature is cut into")
    rows_per_band: int = Field(5, ge=1, le=64, description="signature values in a band")
    signature_seed: int = Field(1, ge=0, description="seed of the permutations, as in datasketch")
    opening_words: int = Field(12, ge=4, le=100, description="words of an abstract's opening that form a block key")
    bucket_cap: int = Field(200, ge=2, description="documents in a bucket above which it is hot and proposes nothing")

    min_title_words: int = Field(4, ge=1, description="words below which an equal title proposes nothing")

    unit: Literal["work", "publication"] = Field(
        "work",
        description="what is one paper: a work (preprint, congress abstract and article are one) or a publication "
        "(another venue, volume, pages or DOI keep them apart)",
    )
    wrong_share: float = Field(
        0.001,
        gt=0,
        lt=0.5,
        description="expected share of wrongly removed records among all removed; doubt goes to review",
    )

    batch_documents: int = Field(
        20_000,
        ge=1,
        description="documents worked on at a time, or a twentieth of those to be done where that is more: what bounds the memory",
    )
    keep_versions: int = Field(2, ge=0, le=1000, description="earlier published versions that are kept for rollback")
    compact_share: float = Field(
        0.5, gt=0, le=1, description="free share of the store's file from which on it is rewritten"
    )
    memory_limit: str | None = Field(
        None,
        pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$",
        description="memory that DuckDB may use, such as 4GB; none: most of it",
    )
    spill_folder: str | None = Field(None, description="folder for what does not fit in memory; none: beside the store")
    reading: Reading = Field(default_factory=Reading, description="how dumps are read")

    @model_validator(mode="after")
    def _bands_fit_the_signature(self) -> Self:
        if self.bands * self.rows_per_band > self.num_perm:
            raise ValueError(
                f"bands × rows_per_band = {self.bands * self.rows_per_band} exceeds num_perm = {self.num_perm}"
            )
        return self

    def signing(self) -> dict[str, Any]:
        """What stored block keys depend on; keys of two different signings must never meet."""
        return {
            "versions": versions("keys"),
            "hash": "xxh32",
            "scheme": "affine32",
            "keys": "xxh32 pairs, mixed bands",
            **self.model_dump(
                include={
                    "shingle_words", "num_perm", "bands", "rows_per_band", "signature_seed", "opening_words",
                    "min_title_words",
                }
            ),
        }  # fmt: skip

    def judging(self) -> dict[str, Any]:
        """What stored pairs depend on: the signing, the thresholds, how pairs are compared and judged."""
        return {"versions": versions("judgement"), "signing": self.signing(), **self.model_dump(exclude=OPERATION)}

    def merging(self) -> dict[str, Any]:
        """What stored papers, and so all that is published, depend on."""
        return {**self.judging(), "versions": versions("papers")}


def versions(step: str) -> dict[str, int]:
    """Versions of a step and of those that it rests on."""
    names = list(VERSIONS)
    return {name: VERSIONS[name] for name in names[: names.index(step) + 1]}


def version_of(step: str) -> str:
    """The same in one word."""
    return ".".join(map(str, versions(step).values()))


def fingerprint(part: dict[str, Any]) -> str:
    """16 hex digits that differ whenever any value of `part` differs."""
    return hashlib.blake2b(json.dumps(part, sort_keys=True).encode(), digest_size=8).hexdigest()


def load_settings(path: Path | None = None) -> Settings:
    """Read a TOML file of settings; None gives the defaults.

    Raises SettingsError with every problem of the file at once.
    """
    if path is None:
        return Settings()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: can't read the settings: {error}") from error
    return parse_settings(values, source=str(path))


def parse_settings(values: dict[str, Any], *, source: str) -> Settings:
    """Validate settings that came from `source` (named in the error)."""
    try:
        return Settings(**values)
    except ValidationError as error:
        problems = "\n".join(
            f"  {'.'.join(map(str, e['loc'])) or 'together'}: {e['msg']} (found {e['input']!r:.80})"
            for e in error.errors()
        )
        known = ", ".join([*Settings.model_fields, *(f"reading.{name}" for name in Reading.model_fields)])
        raise SettingsError(
            f"{source}: {error.error_count()} setting(s) can't be used:\n{problems}\nknown settings: {known}"
        ) from error
