"""What a lake holds, as the newest file of `manifests/` says it: a file is never changed, so a reader sees old or new.

A folder that no manifest names is the rest of a run that was killed, and may be deleted.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Self

from pipeline.errors import PapersieveError

#: Raised when a folder, a table or a column of a lake is no longer what an older papersieve would read or write.
LAYOUT = 2


class LakeError(PapersieveError):
    """The lake can't be used: says what was found there and what to do."""


@dataclass(frozen=True)
class Version:
    """One derived state: `versions/NUMBER/`, of these dumps (id: dump_no) and decisions, by these settings."""

    number: int
    records: str
    documents: str
    signing: str
    judging: str
    dumps: dict[str, int]
    decisions: list[list[str]]

    @property
    def folder(self) -> str:
        """Where its tables lie."""
        return f"versions/{self.number}"

    @property
    def segments(self) -> dict[str, str]:
        """Where what it was derived from lies, by kind."""
        return {
            "records": f"records/version={self.records}",
            "documents": f"documents/version={self.documents}",
            "keys": f"keys/fingerprint={self.signing}",
        }


@dataclass(frozen=True)
class Manifest:
    """segments: for each folder of them the ids of the dumps that are whole there. versions: oldest first."""

    number: int = 0
    segments: dict[str, list[str]] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)

    def to_json(self) -> str:
        """Return the text of its file."""
        return json.dumps({"layout": LAYOUT, **asdict(self)}, indent=1)

    @classmethod
    def of_json(cls, text: str, place: str) -> Self:
        """Read the text of a file; place is for the error. Raises LakeError where it is of another layout, or damaged."""
        try:
            told = json.loads(text)
            layout = told.pop("layout")
        except (ValueError, KeyError, AttributeError) as error:
            raise LakeError(f"{place}: expected the manifest of a lake, found another file. Restore it, or delete it to use the one before.") from error  # fmt: skip
        if layout != LAYOUT:
            raise LakeError(
                f"{place}: expected a lake of layout {LAYOUT}, found {layout}. Use the papersieve that wrote it, or name another --lake."
            )
        return cls(**told | {"versions": [Version(**v) for v in told["versions"]]})

    def with_segments(self, folder: str, dumps: list[str]) -> "Manifest":
        """Return the next manifest, in which these dumps are whole there too."""
        known = {**self.segments, folder: sorted({*self.segments.get(folder, []), *dumps})}
        return Manifest(self.number + 1, known, self.versions)

    def with_version(self, version: Version, keep: int) -> "Manifest":
        """Return the next manifest, of this version and `keep` earlier ones, and of the segments of these alone."""
        versions = [*self.versions, version][-1 - keep :]
        used: dict[str, set[str]] = {}
        for kept in versions:
            for folder in kept.segments.values():
                used.setdefault(folder, set()).update(kept.dumps)
        segments = {f: sorted(used[f].intersection(dumps)) for f, dumps in self.segments.items() if f in used}
        return Manifest(self.number + 1, segments, versions)
