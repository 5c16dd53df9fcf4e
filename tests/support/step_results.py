"""The result of each step for a fixed sample, as a hash, next to the step's version in step_results.json.

`python -m tests.support.step_results` rewrites the file. It refuses if a step has a different result with the same
version, unless --same-version is given: for a version that no release has yet.
"""

import hashlib
import json
import sys
from pathlib import Path

import polars as pl

from papersieve.checks.record_columns import NORMALISED
from papersieve.pipeline.blocking.candidates import candidate_pairs
from papersieve.pipeline.blocking.keys import block_keys
from papersieve.pipeline.derive import clusters_of, listings_of, name_clusters, number_documents, papers_of
from papersieve.pipeline.matching.context import add_context, recurrence
from papersieve.pipeline.matching.evidence import gather_evidence
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.matching.overruling import DECISION_SCHEMA
from papersieve.pipeline.merging.golden import NO_SOURCES
from papersieve.pipeline.records import raw_records, split_records
from papersieve.pipeline.settings import VERSIONS, Matching, Settings, versions
from tests.support.history import dump_records

FILE = Path(__file__).with_name("step_results.json")
RENEW = "python -m tests.support.step_results"

#: Unusual texts for cleaning, contracts and identifiers: title, abstract.
ODD = (
    (
        "The  “ﬁrst” $\\alpha$–divergence",
        "Schrödinger’s cat costs $5 and 10% of \\emph{all} caf\u00c3\u00a9s &amp; more. " * 6,
    ),
    ("量子コンピュータの誤り訂正", "我々は新しい方法を提案する。" * 20),
    ("Erratum: On Graphs, Part II", None),
    ("On Graphs, Part II", "We count \u00adgraphs\u200b in ＦＵＬＬ width — twice. " * 6),
    ("Editorial", None),
    (None, None),
    ("", "x" * 70_000),
    ("A title {\\bf in braces", "An abstract of few words"),
)


def sample() -> pl.DataFrame:
    """Raw records: three dumps of copies, cut texts, chains and identifiers, and one of odd texts."""
    worlds = [[(no * 7 % 12, (no * no + dump) % 10) for no in range(40)] for dump in range(3)]
    records = pl.concat([dump_records(f"{dump}" * 32, world) for dump, world in enumerate(worlds)])
    odd = dump_records("3" * 32, [(no, 0) for no in range(len(ODD))])
    texts = {name: [pair[place] for pair in ODD] for place, name in enumerate(("title_raw", "abstract_raw"))}
    odd = odd.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in texts.items())
    return pl.concat([raw_records(records), odd.drop(NORMALISED)])


def results() -> dict[str, str]:
    """The hash of each step's result. The input of a step is the result of the steps before it."""
    settings = Settings(matching=Matching(bucket_cap=6))
    records, quarantined = split_records(sample())
    placed = records.with_columns(dump_no=pl.col("dump_id").str.tail(1).cast(pl.Int64))
    documents = number_documents(placed)
    keys = block_keys(documents, settings)
    candidates, hot = candidate_pairs(keys, bucket_cap=settings.matching.bucket_cap)
    listed = listings_of(placed, documents)
    evidence = add_context(gather_evidence(candidates, documents, settings), recurrence(keys, documents), listed)
    judged = judge(evidence, settings)
    ends = documents["document_id"]
    said = [(ends[0], ends[9], "must_link"), (ends[1], ends[2], "cannot_link")]
    found, overruled = clusters_of(documents, judged, listed, pl.DataFrame(said, schema=DECISION_SCHEMA, orient="row"))
    named = name_clusters(found, documents)
    made = {
        "records": (records, quarantined),
        "documents": (documents,),
        "keys": (keys, candidates, hot),
        "evidence": (evidence,),
        "judgement": (judged,),
        "clusters": (named, overruled),
        "papers": papers_of(placed, named, settings, NO_SOURCES),
    }
    return {step: digest(*frames) for step, frames in made.items()}


def digest(*frames: pl.DataFrame) -> str:
    """A hash of frames. It does not depend on the order of rows and columns or on the last digits of numbers.

    Empty columns are left out, so that a new column without values for the sample does not change the hash.
    """
    told = []
    for frame in frames:
        said = sorted(column.name for column in frame if not _says_nothing(column))
        exact = frame.select(said).with_columns(pl.selectors.float().round(9))
        told += [exact.columns, sorted(map(repr, exact.iter_rows()))]
    return hashlib.blake2b(repr(told).encode(), digest_size=8).hexdigest()


def _says_nothing(column: pl.Series) -> bool:
    is_empty = column.dtype == pl.List and not column.list.len().sum()
    return is_empty or column.null_count() == len(column)


def recorded() -> dict[str, dict]:
    return json.loads(FILE.read_text(encoding="utf-8"))


def forgotten(told: dict[str, dict], found: dict[str, str]) -> list[str]:
    """Steps whose results changed although their versions, and those of the steps that they depend on, did not."""
    return [
        step
        for step, result in found.items()
        if step in told
        and result != told[step]["result"]
        and all(told.get(name, {}).get("version") == version for name, version in versions(step).items())
    ]


def main() -> None:
    found = results()
    missed = forgotten(recorded(), found) if FILE.exists() and "--same-version" not in sys.argv else []
    if missed:
        sys.exit(f"raise VERSIONS[{missed[0]!r}] in pipeline/settings.py first: it makes something else of the sample")
    rows = {step: {"version": VERSIONS[step], "result": result} for step, result in found.items()}
    FILE.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
