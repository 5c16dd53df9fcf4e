"""Records to papers, incrementally: the steps of `papersieve.pipeline.derive`, only for what a change touches.

This module keeps no state. Its caller does: it answers the look-ups, and applies each result before the next step.

    read_documents   records of new documents           →  the documents and their block keys
    change_pairs     documents that arrive and leave    →  pairs that are new, changed or dropped; buckets hot or cold
    touched          documents with any change          →  whole components, before and after
    recluster        these components                   →  their clusters, and what overrules judgements in them
    merge            these clusters                     →  golden records

The invariant: after any additions, withdrawals and decisions, in any batches, the state is what `derive` makes of the
records that are left. tests/pipeline/test_refresh.py checks it in memory, tests/warehouse/store/test_history.py in the
store.
"""

from typing import NamedTuple, Protocol

import polars as pl

from papersieve.pipeline.blocking.candidates import candidate_pairs, switched_documents
from papersieve.pipeline.blocking.keys import block_keys
from papersieve.pipeline.derive import clusters_of, name_clusters, papers_of
from papersieve.pipeline.documents import document_contents
from papersieve.pipeline.matching.context import add_context, recurrence
from papersieve.pipeline.matching.evidence import EVIDENCE_SCHEMA, gather_evidence
from papersieve.pipeline.matching.judgement import JUDGEMENT_SCHEMA, judge
from papersieve.pipeline.matching.model import PAIR_COLUMNS
from papersieve.pipeline.merging.golden import NO_SOURCES
from papersieve.pipeline.settings import Settings

PAIR = {"left_no": pl.Int64, "right_no": pl.Int64}
JUDGED = {**PAIR, "match_key": pl.String, **PAIR_COLUMNS, **JUDGEMENT_SCHEMA}
BUCKET = {"match_key": pl.String, "key": pl.Int64}


class Lookups(Protocol):
    """Questions about the stored state, limited to what a change may touch. Rows come in any order.

    Frames identify documents by document_no, and those called `named` by document_id; their other columns are ignored.
    """

    def members(self, documents: pl.DataFrame, buckets: pl.DataFrame) -> pl.DataFrame:
        """document_no, match_key, key: all members of these buckets and of each bucket that holds one of the documents.

        Buckets with a single member may be left out.
        """

    def hot_holding(self, documents: pl.DataFrame) -> pl.DataFrame:
        """`BUCKET`: the hot buckets that hold any of the documents."""

    def hot_among(self, buckets: pl.DataFrame) -> pl.DataFrame:
        """`BUCKET`: those of the buckets that are hot."""

    def recurring(self, documents: pl.DataFrame) -> pl.DataFrame:
        """document_no, match_key, key, year: title and abstract keys of all documents that share one with these."""

    def listed(self, documents: pl.DataFrame) -> pl.DataFrame:
        """`LISTED_SCHEMA` of the documents. Dumps that list papers more than once may be left out."""

    def pairs_touching(self, documents: pl.DataFrame) -> pl.DataFrame:
        """`JUDGED`: the pairs with at least one of the documents."""

    def pairs_among(self, documents: pl.DataFrame) -> pl.DataFrame:
        """`JUDGED`: the pairs with both ends among the documents."""

    def evidence_of(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """`PAIR` and `EVIDENCE_SCHEMA`: those of the pairs that were compared before."""

    def contents_of(self, documents: pl.DataFrame) -> pl.DataFrame:
        """document_no and the content of the documents, as `gather_evidence` takes them."""

    def decisions(self) -> pl.DataFrame:
        """`overruling.DECISION_SCHEMA`: all decisions, including those about documents that are not in the state."""

    def clusters_with(self, named: pl.DataFrame) -> pl.DataFrame:
        """document_id, paper_id, as last clustered: all documents of each component that holds a named one."""

    def documents_named(self, named: pl.DataFrame) -> pl.DataFrame:
        """The named documents in the state, as `clusters` takes them, with the `PLACE` of their first records."""

    def records_of(self, named: pl.DataFrame) -> pl.DataFrame:
        """All records of the named documents, as `golden_records` takes them."""

    def sources(self) -> pl.DataFrame:
        """The names of every dump, as `golden.SOURCE_SCHEMA`."""


class PairChanges(NamedTuple):
    """Changes of pairs and of hot buckets.

    dropped: the `PAIR`s that are no longer candidates. judged: those that are new or may have changed, as `JUDGED`.
    looked_at: the `BUCKET`s whose members were all seen. hot: those of them that are hot now, with document counts.
    """

    dropped: pl.DataFrame
    judged: pl.DataFrame
    looked_at: pl.DataFrame
    hot: pl.DataFrame

    @property
    def touched(self) -> pl.DataFrame:
        """document_no of the documents whose components may have changed."""
        return _ends(pl.concat([self.dropped, self.judged.select(*PAIR)]))


def read_documents(records: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(document_no and `document_contents`; block keys) of new documents, given one record per document.

    records: with the document_no of their documents.
    """
    numbers = records.select("document_no", "document_id")
    documents = numbers.join(document_contents(records), on="document_id", maintain_order="left")
    return documents, block_keys(documents, settings)


def change_pairs(kept: Lookups, gone: pl.DataFrame, new: pl.DataFrame, settings: Settings) -> PairChanges:
    """The changes of pairs that departing and arriving documents (document_no) cause.

    new: also documents that another dump lists now. The state still holds what departs and already holds what arrives,
    with their keys. If a bucket turns hot, its proposals between old members are withdrawn; if it turns cold, they are
    added. If a title or an abstract now occurs more or less often, known pairs of its documents are judged again.
    """
    cooling = kept.hot_holding(gone)
    members = _staying(kept.members(new, cooling), gone)
    looked_at = pl.concat([members.select(*BUCKET), cooling.select(*BUCKET)]).unique()
    switched = switched_documents(members, kept.hot_among(looked_at), bucket_cap=settings.matching.bucket_cap)
    if switched.height:
        # Their other buckets are read too, but not reported as looked at: a document of a later batch may have made one
        # of them hot. That batch must still see the switch, and reconsider the pairs of the bucket's old members.
        members = pl.concat([members, _staying(kept.members(switched, cooling.clear()), gone)]).unique()
    candidates, hot = candidate_pairs(members, bucket_cap=settings.matching.bucket_cap)
    candidates = _proposed_anew(candidates, new, switched)
    touching = kept.pairs_touching(pl.concat([gone.select("document_no"), _recurring_with(kept, gone, new)]))
    is_gone = pl.any_horizontal(pl.col(*PAIR).is_in(gone["document_no"].implode()))
    stale = [touching.filter(is_gone), *([kept.pairs_among(switched)] if switched.height else [])]
    dropped = pl.concat([pairs.select(*PAIR) for pairs in stale]).unique().join(candidates, on=list(PAIR), how="anti")
    known = touching.join(pl.concat([dropped, candidates.select(*PAIR)]), on=list(PAIR), how="anti")
    evidence = _with_evidence(kept, candidates, settings)
    judged = judge_in_context(kept, pl.concat([evidence, known.select(evidence.columns)]), gone, settings)
    changed = judged.join(known.select(*JUDGED), on=list(JUDGED), how="anti", nulls_equal=True)
    return PairChanges(dropped, changed.sort(*PAIR), looked_at, hot.join(looked_at, on=list(BUCKET), how="semi"))


def _staying(members: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    columns = members.select("document_no", *BUCKET)
    return columns.join(gone, on="document_no", how="anti") if gone.height else columns


def _proposed_anew(candidates: pl.DataFrame, new: pl.DataFrame, switched: pl.DataFrame) -> pl.DataFrame:
    """Candidates with a new document, or with both documents in switched buckets; all others are known."""
    arrived, both = new["document_no"].implode(), switched["document_no"].implode()
    left, right = pl.col("left_no"), pl.col("right_no")
    return candidates.filter(left.is_in(arrived) | right.is_in(arrived) | (left.is_in(both) & right.is_in(both)))


def _recurring_with(kept: Lookups, gone: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """document_no of the other documents that share a title or an abstract with one that arrives or leaves."""
    changed = pl.concat([gone.select("document_no"), new.select("document_no")])
    return kept.recurring(changed).select("document_no").unique().join(changed, on="document_no", how="anti")


def _with_evidence(kept: Lookups, candidates: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Candidates with evidence. It depends on the two documents alone, so stored evidence is reused."""
    known = candidates.join(kept.evidence_of(candidates).select(*PAIR, *EVIDENCE_SCHEMA), on=list(PAIR))
    unknown = candidates.join(known, on=list(PAIR), how="anti")
    evidence = [known]
    for part in unknown.iter_slices(settings.operation.batch_documents):
        evidence.append(gather_evidence(part, kept.contents_of(_ends(part)), settings))
    return pl.concat(evidence)


def judge_in_context(kept: Lookups, pairs: pl.DataFrame, gone: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Judge pairs with evidence, in the context of all documents that stay: `JUDGED`."""
    ends = _ends(pairs)
    around = kept.recurring(ends).join(gone, on="document_no", how="anti")
    recurring = recurrence(around, around.select("document_no", "year").unique("document_no"))
    return judge(add_context(pairs, recurring, kept.listed(ends)), settings).select(*JUDGED)


def _ends(pairs: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([pairs[end].rename("document_no") for end in PAIR]).unique().to_frame()


def touched(kept: Lookups, changed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(former clusters: document_id, paper_id; present documents) of all components that may have changed.

    changed: document_id of documents whose records, pairs or decisions changed; they may be gone. The other document of
    a decision counts as changed, as it may have been waiting for this one to come back. Components are always whole,
    because they are clustered as a whole.
    """
    decisions, ends = kept.decisions(), ("left_document_id", "right_document_id")
    reached = [
        decisions.join(changed, left_on=one, right_on="document_id", how="semi").select(document_id=other)
        for one, other in (ends, ends[::-1])
    ]
    seeds = pl.concat([changed.select("document_id"), *reached])
    before = kept.clusters_with(seeds)
    return before, kept.documents_named(pl.concat([seeds, before.select("document_id")]))


def recluster(kept: Lookups, documents: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(`name_clusters`; what overrules judgements among them) of documents that form whole components."""
    found, overruled = clusters_of(documents, kept.pairs_among(documents), kept.listed(documents), kept.decisions())
    return name_clusters(found, documents), overruled


def merge(kept: Lookups, named: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Merge whole clusters (document_id, paper_id) into (golden records, lineage)."""
    sources = kept.sources() if settings.merging.priority else NO_SOURCES
    return papers_of(kept.records_of(named), named, settings, sources)
