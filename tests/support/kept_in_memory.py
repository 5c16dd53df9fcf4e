"""A store in plain frames: it answers the look-ups of `papersieve.pipeline.refresh`, and applies the results."""

from dataclasses import dataclass, field

import polars as pl

from papersieve.checks.record_columns import RECORDS
from papersieve.pipeline.blocking.candidates import candidate_pairs
from papersieve.pipeline.derive import LISTED_SCHEMA, PLACE, Derived, derive, listings_of, name_pairs
from papersieve.pipeline.matching.overruling import DECISION_SCHEMA, OVERRULED_SCHEMA, overrule
from papersieve.pipeline.merging.golden import SOURCE_SCHEMA
from papersieve.pipeline.refresh import BUCKET, JUDGED, PAIR, change_pairs, merge, read_documents, recluster, touched
from papersieve.pipeline.settings import Settings

NOTHING = RECORDS.empty().with_columns(dump_no=pl.lit(None, pl.Int64))


def ids(documents) -> pl.DataFrame:
    return pl.DataFrame({"document_id": sorted(documents)}, schema={"document_id": pl.String})


@dataclass
class Kept:
    """Dumps by number, decisions, and everything derived from them."""

    settings: Settings
    dumps: dict[int, pl.DataFrame] = field(default_factory=dict)
    said: set[tuple[str, str, str]] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)  # documents whose records changed
    pending: set[str] = field(default_factory=set)  # documents that have to be clustered again
    next_no: int = 1
    labels: dict[str, list[str]] = field(default_factory=dict)  # sources by dump_id

    def __post_init__(self) -> None:
        numbered = NOTHING.with_columns(document_no=pl.lit(None, pl.Int64))
        self.documents, self.keys = read_documents(numbered, self.settings)
        _, self.hot = candidate_pairs(self.keys, bucket_cap=self.settings.matching.bucket_cap)
        self.pairs = pl.DataFrame(schema=JUDGED)
        self.overruled = pl.DataFrame(schema=OVERRULED_SCHEMA)
        none = derive(NOTHING, self.settings)
        self.papers, self.lineage = none.papers, none.lineage
        self.clusters = none.clusters.with_columns(component_no=pl.lit(None, pl.Int64)).drop("component_id")

    # changes

    def add(self, number: int, records: pl.DataFrame) -> None:
        self.dumps[number] = records.with_columns(dump_no=pl.lit(number, pl.Int64))
        self.changed |= set(records["document_id"])

    def withdraw(self, number: int) -> None:
        self.changed |= set(self.dumps.pop(number)["document_id"])

    def label(self, number: int, *sources: str) -> None:
        self.labels[self.dumps[number]["dump_id"][0]] = list(sources)
        self.pending |= set(self.dumps[number]["document_id"])

    def decide(self, left: str, right: str, decision: str) -> None:
        self.undo(left, right)
        self.said.add((*sorted((left, right)), decision))

    def undo(self, left: str, right: str) -> None:
        ends = {left, right}
        self.said = {row for row in self.said if set(row[:2]) != ends}
        self.pending |= ends

    @property
    def records(self) -> pl.DataFrame:
        return pl.concat([NOTHING, *self.dumps.values()], how="diagonal")

    def bring_up(self, size: int) -> None:
        """Do the pending work, this many documents at a time."""
        here, known = set(self.records["document_id"]), set(self.documents["document_id"])
        firsts = self.records.sort(*PLACE).unique("document_id", keep="first", maintain_order=True)
        new = firsts.filter(pl.col("document_id").is_in((self.changed & here) - known))
        gone = self.documents.filter(pl.col("document_id").is_in((self.changed & known) - here))
        relisted = sorted(self.changed & known & here)
        self.pending |= self.changed
        self.changed = set()
        first_no = self.next_no
        for start in range(0, new.height, size):
            self._read(new.slice(start, size))
        is_relisted = pl.col("document_id").is_in(relisted)
        arrived = self.documents.filter((pl.col("document_no") >= first_no) | is_relisted)
        for start in range(0, max(arrived.height, 1), size):
            self._change(gone.clear() if start else gone, arrived.slice(start, size))
        self._cluster()

    def _read(self, records: pl.DataFrame) -> None:
        numbers = pl.int_range(self.next_no, self.next_no + records.height, eager=True).alias("document_no")
        documents, keys = read_documents(records.with_columns(numbers), self.settings)
        self.next_no += records.height
        self.documents = pl.concat([self.documents, documents], how="diagonal")
        self.keys = pl.concat([self.keys, keys])

    def _change(self, gone: pl.DataFrame, new: pl.DataFrame) -> None:
        changes = change_pairs(self, gone, new, self.settings)
        moved = self.documents.join(changes.touched, on="document_no", how="semi")
        self.pending |= set(moved["document_id"])
        left = pl.concat([changes.dropped, changes.judged.select(*PAIR)])
        self.pairs = pl.concat([self.pairs.join(left, on=list(PAIR), how="anti"), changes.judged], how="diagonal")
        cold = self.hot.join(changes.looked_at, on=list(BUCKET), how="anti")
        self.hot = pl.concat([cold, changes.hot.select(cold.columns)])
        for table in ("documents", "keys"):
            setattr(self, table, getattr(self, table).join(gone, on="document_no", how="anti"))
        for end in PAIR:
            self.overruled = self.overruled.join(gone, left_on=end, right_on="document_no", how="anti")
            assert self.pairs.join(gone, left_on=end, right_on="document_no", how="semi").is_empty()

    def _cluster(self) -> None:
        before, documents = touched(self, ids(self.pending))
        self.pending = set()
        named, overruled = recluster(self, documents)
        self.clusters = pl.concat(
            [self.clusters.join(before, on="document_id", how="anti"), named.select(self.clusters.columns)]
        )
        numbers = pl.col("left_no", "right_no").is_in(documents["document_no"].implode())
        self.overruled = pl.concat([self.overruled.filter(~pl.all_horizontal(numbers)), overruled])
        papers, lineage = merge(self, named, self.settings)
        self.papers = pl.concat([self.papers.join(before, on="paper_id", how="anti"), papers])
        self.lineage = pl.concat([self.lineage.join(before, on="paper_id", how="anti"), lineage])

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables in the form that `derive` returns."""
        placed = self.documents_named(self.documents).sort(*PLACE)
        first = pl.col("document_id").first().over("component_no")
        clusters = placed.join(self.clusters, on="document_id", maintain_order="left").with_columns(component_id=first)
        pairs = name_pairs(overrule(self.pairs, self.overruled), self.documents)
        return Derived(pairs, clusters, self.papers, self.lineage, self.hot)._asdict()

    # look-ups

    def members(self, documents: pl.DataFrame, buckets: pl.DataFrame) -> pl.DataFrame:
        asked = self.keys.join(documents, on="document_no", how="semi").select(*BUCKET)
        return self.keys.join(pl.concat([asked, buckets]), on=list(BUCKET), how="semi")

    def hot_holding(self, documents: pl.DataFrame) -> pl.DataFrame:
        held = self.keys.join(documents, on="document_no", how="semi")
        return self.hot.select(*BUCKET).join(held, on=list(BUCKET), how="semi")

    def hot_among(self, buckets: pl.DataFrame) -> pl.DataFrame:
        return self.hot.select(*BUCKET).join(buckets, on=list(BUCKET), how="semi")

    def pairs_touching(self, documents: pl.DataFrame) -> pl.DataFrame:
        return self.pairs.filter(pl.any_horizontal(self._ends_in(documents)))

    def pairs_among(self, documents: pl.DataFrame) -> pl.DataFrame:
        return self.pairs.filter(pl.all_horizontal(self._ends_in(documents)))

    def _ends_in(self, documents: pl.DataFrame) -> list[pl.Expr]:
        return [pl.col(end).is_in(documents["document_no"].implode()) for end in PAIR]

    def evidence_of(self, pairs: pl.DataFrame) -> pl.DataFrame:
        return self.pairs.join(pairs, on=list(PAIR), how="semi")

    def recurring(self, documents: pl.DataFrame) -> pl.DataFrame:
        years = self.documents.select("document_no", "year")
        told = self.keys.filter(pl.col("match_key").is_in(["title", "abstract"]))
        asked = told.join(documents, on="document_no", how="semi").select(*BUCKET)
        held = told.join(asked.unique(), on=list(BUCKET), how="semi").select("document_no").unique()
        return told.join(held, on="document_no", how="semi").join(years, on="document_no")

    def listed(self, documents: pl.DataFrame) -> pl.DataFrame:
        if self.records.is_empty():
            return pl.DataFrame(schema=LISTED_SCHEMA)
        return listings_of(self.records, self.documents).join(documents, on="document_no", how="semi")

    def contents_of(self, documents: pl.DataFrame) -> pl.DataFrame:
        return self.documents.join(documents, on="document_no", how="semi")

    def decisions(self) -> pl.DataFrame:
        return pl.DataFrame(sorted(self.said), schema=DECISION_SCHEMA, orient="row")

    def clusters_with(self, named: pl.DataFrame) -> pl.DataFrame:
        held = self.clusters.join(named, on="document_id", how="semi")
        return self.clusters.join(held, on="component_no", how="semi").select("document_id", "paper_id")

    def documents_named(self, named: pl.DataFrame) -> pl.DataFrame:
        firsts = self.records.sort(*PLACE).unique("document_id", keep="first").select("document_id", *PLACE)
        return self.documents.join(named, on="document_id", how="semi").join(firsts, on="document_id")

    def sources(self) -> pl.DataFrame:
        return pl.DataFrame(list(self.labels.items()), schema=SOURCE_SCHEMA, orient="row")

    def records_of(self, named: pl.DataFrame) -> pl.DataFrame:
        return self.records.join(named, on="document_id", how="semi")
