"""Settings of a store, in sections by the cost of a change, and the fingerprint that keeps their results apart."""

import difflib
import hashlib
import json
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from papersieve.pipeline.reading_settings import Fetching, Merging, Practical, Reading, Section

#: The steps from raw records to papers, in order, each with the version of its results. Raise it with any change of
#: the results: every store then recomputes this step and all later ones, which depend on it.
#: tests/pipeline/test_step_versions.py fails if the results for a sample change under the same version.
VERSIONS = {
    "records": 15,  # clean texts, the check against the contract, document ids
    "documents": 9,  # the content that is compared
    "keys": 4,  # block keys
    "evidence": 14,  # the evidence of pairs
    "judgement": 21,  # the judgements by that evidence
    "clusters": 2,  # clusters, by matches and decisions
    "papers": 7,  # golden records
}

#: How keys are made. This is no setting, but like one it keeps different keys apart.
SCHEME = {"hash": "xxh32", "permutations": "affine32", "keys": "xxh32 pairs, mixed bands"}

#: Shingle hashes that are published per abstract, by which `lookup` finds similar texts. No setting either.
SKETCH_SIZE = 8

#: The cost of changing a setting -> the same as a sentence.
COSTS = {
    "nothing": "nothing; no result depends on it",
    "merged": "the next run chooses the values of all papers again; it compares and judges no pairs",
    "judged": "the next run judges all pairs again and compares none",
    "compared": "the next run finds and compares all pairs again",
    "signed": "the next run signs all documents and compares all pairs again",
    "gated": "the next run judges every dump again, and holds it back or lets it in",
    "read": "nothing; it applies to dumps that are read from then on. To apply it to an older one, withdraw it and add it again",
}


class Signing(Section):
    """How the keys by which pairs are found are made from documents."""

    cost = "signed"

    shingle_words: int = Field(2, ge=1, le=10, description="words in a shingle")
    num_perm: int = Field(200, ge=16, le=1024, description="permutations: values in a signature")
    bands: int = Field(40, ge=1, le=256, description="bands that a signature is cut into")
    rows_per_band: int = Field(5, ge=1, le=64, description="signature values in a band")
    signature_seed: int = Field(1, ge=0, description="seed of the permutations, as in datasketch")
    opening_words: int = Field(12, ge=4, le=100, description="words of an abstract's opening that form a block key")
    min_title_words: int = Field(4, ge=1, description="words that a title needs to form a block key")

    @model_validator(mode="after")
    def _bands_fit_the_signature(self) -> Self:
        if self.bands * self.rows_per_band > self.num_perm:
            raise ValueError(
                f"bands × rows_per_band = {self.bands * self.rows_per_band} exceeds num_perm = {self.num_perm}"
            )
        return self


class Matching(Section):
    """Which pairs of documents are compared."""

    cost = "compared"

    bucket_cap: int = Field(
        200, ge=2, description="most documents in a bucket; a bucket with more is hot and proposes no pairs"
    )


class Gate(Practical):
    """Limits for a single dump: a dump that is worse is held back alone, and the others are published."""

    cost = "gated"

    quarantined_share: float = Field(
        0.5, ge=0, le=1, description="largest share of a dump's records that may break their contract; 1: no limit"
    )
    rejected_line_share: float = Field(
        0.5, ge=0, le=1, description="largest share of a dump's lines that may be rejected; 1: no limit"
    )
    min_rows: int = Field(20, ge=1, description="fewest records, or lines, of a dump for its share to count")


class Operation(Practical):
    """How a run works: memory, disk, and how many versions are kept."""

    batch_documents: int = Field(
        100_000,
        ge=1,
        description="documents processed at a time, which bounds the memory; fewer if their dumps are large, and a twentieth of all pending ones if that is more",
    )
    memory_limit: str | None = Field(
        None,
        pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$",
        description="memory that DuckDB may use; a run needs about 2 GB more. Not set: 512 MB per core (1 GB at least) and 1 GB per million records",
        examples=["4GB"],
    )
    spill_folder: str | None = Field(
        None, description="folder for what does not fit in memory; not set: next to the store", examples=["/var/tmp"]
    )
    keep_versions: int = Field(2, ge=0, le=1000, description="earlier published versions that are kept for rollback")
    export_to: str | None = Field(
        None,
        min_length=1,
        description="folder or address to which every published version is exported as Parquet, as by `papersieve export FOLDER`",
        examples=["s3://bucket/papers"],
    )
    compact_share: float = Field(
        0.5, gt=0, le=1, description="the store's file is rewritten when more than this share of it is free"
    )


#: A larger wrong share is treated as this one: less certain pairs are more likely two papers than one.
MOST_WRONG_SHARE = 0.001


class Settings(BaseModel):
    """Settings of one store. The defaults were measured in docs/decisions/002."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Literal["work", "publication"] = Field(
        "work",
        description="what counts as one paper: a work (preprint, congress abstract and article are one) or a publication "
        "(a different venue, volume, page or DOI keeps two apart)",
    )
    wrong_share: float = Field(
        MOST_WRONG_SHARE,
        gt=0,
        lt=0.5,
        description="accepted share of removed records that are removed wrongly, from 0.0001 to 0.001; less certain pairs "
        "go to review. Above 0.001 counts as 0.001: pairs beyond that are more likely two papers than one",
    )
    signing: Signing = Field(
        default_factory=Signing, description="How the keys of documents are made, by which pairs are found"
    )
    matching: Matching = Field(default_factory=Matching, description="Which pairs are compared")
    merging: Merging = Field(default_factory=Merging, description="Which source's value a paper gets")
    reading: Reading = Field(default_factory=Reading, description="How dumps are read")
    gate: Gate = Field(
        default_factory=Gate, description="Which dumps are held back because too much of them can't be used"
    )
    operation: Operation = Field(
        default_factory=Operation, description="How a run works: memory, disk, and the versions that are kept"
    )
    fetch: Fetching = Field(default_factory=Fetching, description="Where dumps are fetched from, day by day")

    @model_validator(mode="wrap")
    @classmethod
    def _tell_what_was_meant(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(values)
        except ValidationError as error:
            raise ValidationError.from_exception_data("Settings", [_told(e) for e in error.errors()]) from None

    def results(self) -> dict[str, Any]:
        """All settings that can change a result: everything but the practical sections."""
        practical = {name for name, section in SECTIONS.items() if issubclass(section, Practical)}
        return self.model_dump(exclude=practical)

    def records_depend_on(self) -> dict[str, Any]:
        """What the records depend on: how they are cleaned and checked, and which dumps are held back."""
        return {"versions": versions("records"), "gate": self.gate.model_dump()}

    def keys_depend_on(self) -> dict[str, Any]:
        """What stored block keys depend on; they must never be compared with keys that depend on anything else."""
        return {"versions": versions("keys"), "scheme": SCHEME, "signing": self.signing.model_dump()}

    def pairs_depend_on(self) -> dict[str, Any]:
        """What stored pairs depend on: what keys depend on, and how pairs are found, compared and judged."""
        results = {name: value for name, value in self.results().items() if name != "merging"}
        return {**self.keys_depend_on(), **results, "versions": versions("judgement")}

    def papers_depend_on(self) -> dict[str, Any]:
        """What stored papers, and thus everything published, depend on."""
        return {**self.pairs_depend_on(), "merging": self.merging.model_dump(), "versions": versions("papers")}


#: Sections of a settings file, by name.
SECTIONS: dict[str, type[Section]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
}


def _told(error: ErrorDetails) -> InitErrorDetails:
    """The same error; for an unknown name, with where it belongs or which setting was probably meant."""
    kind: str | PydanticCustomError = error["type"]
    if kind == "extra_forbidden":
        kind = PydanticCustomError(kind, "{where}", {"where": _where_it_belongs(str(error["loc"][-1]))})
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"], ctx=error.get("ctx", {}))


def _where_it_belongs(name: str) -> str:
    places = {setting: f"under [{n}]" for n, section in SECTIONS.items() for setting in section.model_fields}
    places |= dict.fromkeys(Settings.model_fields.keys() - SECTIONS.keys(), "at the top, before any [section]")
    if name in places:
        return f"belongs {places[name]}"
    close = difflib.get_close_matches(name, places, n=1)
    return "no setting has this name" + (f"; did you mean {close[0]}, {places[close[0]]}?" if close else "")


def cost_of(section: str, name: str) -> str:
    """The cost of changing this setting, a key of `COSTS`; section: empty for settings at the top."""
    return SECTIONS[section].cost if section else "judged"


def versions(step: str) -> dict[str, int]:
    """Versions of a step and of the steps that it depends on."""
    names = list(VERSIONS)
    return {name: VERSIONS[name] for name in names[: names.index(step) + 1]}


def version_of(step: str) -> str:
    """The same versions in one word, such as 10.7.4."""
    return ".".join(map(str, versions(step).values()))


def fingerprint(part: dict[str, Any]) -> str:
    """16 hex digits, which change with any value of `part`."""
    return hashlib.blake2b(json.dumps(part, sort_keys=True).encode(), digest_size=8).hexdigest()


def flat(part: dict[str, Any]) -> dict[str, Any]:
    """Values by full name, such as `signing.bands`."""
    named: dict[str, Any] = {}
    for name, value in part.items():
        named |= {f"{name}.{inner}": v for inner, v in value.items()} if isinstance(value, dict) else {name: value}
    return named
