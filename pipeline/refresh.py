"""What changed, from records to papers: what `papersieve.pipeline.derive`
does with everything, done with what a change touches.

Whoever keeps the state answers the look-ups, and applies what comes back before the next step:

    read_documents   what records of new documents say  →  the documents, their block keys
    change_pairs     documents that are new and gone    →  pairs that come, go, change; buckets hot or cold
    touched          documents of any change            →  whole components, as they were and as they are
    recluster        these components                   →  their clusters, and what outranks judgements in them
    merge            these clusters                     →  golden records

The law: whatever came, went and was decided, in whatever batches, what is kept at the end is what `derive` makes of all
that is left. tests/pipeline/test_refresh.py holds it in memory, tests/warehouse/store/test_history.py in the store.
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
    """What is kept, asked about what a change may touch. Rows come in any order.

    documents are named by document_no, and `named` ones by document_id; other columns of these frames say nothing.
    """

    def members(self, documents: pl.DataFrame, buckets: pl.DataFrame) -> pl.DataFrame:
        """document_no, match_key, key: all members of each of the buckets, and of each that holds one of the documents.

        Buckets of one member may be left out.
        """

    def hot_holding(self, documents: pl.DataFrame) -> pl.DataFrame:
        """`BUCKET` of the hot buckets that hold any of the documents."""

    def hot_among(self, buckets: pl.DataFrame) -> pl.DataFrame:
        """`BUCKET` of those of the buckets that are hot."""

    def recurring(self, documents: pl.DataFrame) -> pl.DataFrame:
        """document_no, match_key, key, year: titles and abstracts, as
        keys, of all documents that share either with one of these.
        """

    def listed(self, documents: pl.DataFrame) -> pl.DataFrame:
        """`LISTED_SCHEMA` of the documents; dumps that list papers more than once may be left out."""

    def pairs_touching(self, documents: pl.DataFrame) -> pl.DataFrame:
        """`JUDGED` of the pairs that any of the documents is in."""

    def pairs_among(self, documents: pl.DataFrame) -> pl.DataFrame:
        """`JUDGED` of the pairs of which both are among the documents."""

    def evidence_of(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """`PAIR` and `EVIDENCE_SCHEMA` of those of the pairs that were compared before."""

    def contents_of(self, documents: pl.DataFrame) -> pl.DataFrame:
        """document_no and what the documents say, as `gather_evidence` takes it."""

    def decisions(self) -> pl.DataFrame:
        """`overruling.DECISION_SCHEMA` of all decisions, also of documents that are not here."""

    def clusters_with(self, named: pl.DataFrame) -> pl.DataFrame:
        """document_id, paper_id: as they were last clustered, all documents of the components that hold a named one."""

    def documents_named(self, named: pl.DataFrame) -> pl.DataFrame:
        """Those of the named documents that are here, as `clusters`
        takes them, with the `PLACE` of their first records.
        """

    def records_of(self, named: pl.DataFrame) -> pl.DataFrame:
        """All records of the named documents, as `golden_records` takes them."""

    def sources(self) -> pl.DataFrame:
        """What every dump is called, as `golden.SOURCE_SCHEMA`."""


class PairChanges(NamedTuple):
    """dropped: `PAIR`s that are candidates no longer. judged: those that are new, or may be judged otherwise.

    looked_at: `BUCKET`s all of whose members were seen. hot: those of them that are hot now, with their documents.
    """

    dropped: pl.DataFrame
    judged: pl.DataFrame
    looked_at: pl.DataFrame
    hot: pl.DataFrame

    @property
    def touched(self) -> pl.DataFrame:
        """document_no of those whose components may be others now."""
        ends = [frame[end] for frame in (self.dropped, self.judged) for end in PAIR]
        return pl.concat(ends).unique().to_frame("document_no")


def read_documents(records: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(document_no and `document_contents`; block keys) of new documents,
    of each of which one record is given, with its document_no.
    """
    numbers = records.select("document_no", "document_id")
    documents = numbers.join(document_contents(records), on="document_id", maintain_order="left")
    return documents, block_keys(documents, settings)


def change_pairs(kept: Lookups, gone: pl.DataFrame, new: pl.DataFrame, settings: Settings) -> PairChanges:
    """What documents (document_no) change that leave and that come,
    or that other dumps list now; both are kept, with their keys.

    Where a bucket turned hot or cold by that, it takes back, or adds, what it proposes between its old members. Where a
    title or an abstract recurs more or less by that, known pairs of its documents are judged anew.
    """
    cooling = kept.hot_holding(gone)
    members = _staying(kept.members(new, cooling), gone)
    looked_at = pl.concat([members.select(*BUCKET), cooling.select(*BUCKET)]).unique()
    switched = switched_documents(members, kept.hot_among(looked_at), bucket_cap=settings.matching.bucket_cap)
    if switched.height:
        # Their other buckets are asked too, yet not noted as looked at: a document of a later batch may be about to
        # make one hot, and then its old members have to be proposed again for that reason.
        members = pl.concat([members, _staying(kept.members(switched, cooling.clear()), gone)]).unique()
    candidates, hot = candidate_pairs(members, bucket_cap=settings.matching.bucket_cap)
    candidates = _proposed_anew(candidates, new, switched)
    touching = kept.pairs_touching(pl.concat([gone.select("document_no"), _recurring_with(kept, gone, new)]))
    is_gone = pl.any_horizontal(pl.col(*PAIR).is_in(gone["document_no"].implode()))
    stale = [touching.filter(is_gone), *([kept.pairs_among(switched)] if switched.height else [])]
    dropped = pl.concat([pairs.select(*PAIR) for pairs in stale]).unique().join(candidates, on=list(PAIR), how="anti")
    known = touching.join(pl.concat([dropped, candidates.select(*PAIR)]), on=list(PAIR), how="anti")
    evidence = _with_evidence(kept, candidates, settings, settings.operation.batch_documents)
    judged = judge_in_context(kept, pl.concat([evidence, known.select(evidence.columns)]), gone, settings)
    changed = judged.join(known.select(*JUDGED), on=list(JUDGED), how="anti", nulls_equal=True)
    return PairChanges(dropped, changed.sort(*PAIR), looked_at, hot.join(looked_at, on=list(BUCKET), how="semi"))


def _staying(members: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    columns = members.select("document_no", *BUCKET)
    return columns.join(gone, on="document_no", how="anti") if gone.height else columns


def _proposed_anew(candidates: pl.DataFrame, new: pl.DataFrame, switched: pl.DataFrame) -> pl.DataFrame:
    """Candidates with a new document, and those among the members of a switched bucket; the others are known."""
    arrived, both = new["document_no"].implode(), switched["document_no"].implode()
    left, right = pl.col("left_no"), pl.col("right_no")
    return candidates.filter(left.is_in(arrived) | right.is_in(arrived) | (left.is_in(both) & right.is_in(both)))


def _recurring_with(kept: Lookups, gone: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """document_no of the others that share a title or an abstract with a document that comes or goes."""
    changed = pl.concat([gone.select("document_no"), new.select("document_no")])
    return kept.recurring(changed).select("document_no").unique().join(changed, on="document_no", how="anti")


def _with_evidence(kept: Lookups, candidates: pl.DataFrame, settings: Settings, at_a_time: int) -> pl.DataFrame:
    """Evidence is a function of two documents: what was once
    found is taken, and what is not known gathered in parts.
    """
    known = candidates.join(kept.evidence_of(candidates).select(*PAIR, *EVIDENCE_SCHEMA), on=list(PAIR))
    unknown = candidates.join(known, on=list(PAIR), how="anti")
    evidence = [known]
    for part in unknown.iter_slices(at_a_time):
        numbers = _ends(part)
        evidence.append(gather_evidence(part, kept.contents_of(numbers), settings))
    return pl.concat(evidence)


def judge_in_context(kept: Lookups, pairs: pl.DataFrame, gone: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Pairs with evidence in the context of all that stays, judged: `JUDGED`."""
    ends = _ends(pairs)
    around = kept.recurring(ends).join(gone, on="document_no", how="anti")
    recurring = recurrence(around, around.select("document_no", "year").unique("document_no"))
    return judge(add_context(pairs, recurring, kept.listed(ends)), settings).select(*JUDGED)


def _ends(pairs: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([pairs[end].rename("document_no") for end in PAIR]).unique().to_frame()


def rejudge(evidence: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Pairs with their evidence, judged by other settings than before; nothing is compared."""
    return judge(evidence, settings)


def touched(kept: Lookups, changed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(clusters as they were: document_id, paper_id; documents
    as they are now) of all components that may have changed.

    changed: document_id of those whose records, pairs or decisions changed; they may be gone. A decision reaches its
    other document, which may have been waiting for this one to come back, and a component is found anew whole.
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
    """(`name_clusters`; what outranks judgements among them) of documents that are whole components."""
    found, overruled = clusters_of(documents, kept.pairs_among(documents), kept.listed(documents), kept.decisions())
    return name_clusters(found, documents), overruled


def merge(kept: Lookups, named: pl.DataFrame, settings: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(golden records, lineage) of whole clusters (document_id, paper_id)."""
    sources = kept.sources() if settings.merging.priority else NO_SOURCES
    return papers_of(kept.records_of(named), named, settings, sources)
