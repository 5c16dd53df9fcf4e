"""The work of the stages in the store: records, documents, pairs and papers, each for the documents in its queue.

A stage looks only at the documents in its queue and at what they touch: the members of a bucket that a document enters
or leaves, the documents of a component that gains or loses a match. A rebuild is the same work with all documents in
the queue, so its result is the same. Each batch is committed together with the queue rows that it completes.
"""

from collections.abc import Callable
from typing import Any

import polars as pl

from papersieve.checks.contracts import CONTRACTS
from papersieve.checks.quarantine import require
from papersieve.checks.thresholds import judge_measures
from papersieve.pipeline.matching.context import lists_once
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.merging.lasting_ids import CHANGE_SCHEMA, changed_columns, events, resolve
from papersieve.pipeline.processes import give_memory_back
from papersieve.pipeline.progress import Progress
from papersieve.pipeline.refresh import touched
from papersieve.pipeline.settings import VERSIONS, Settings, fingerprint
from papersieve.warehouse.store.dump_batch import renormalise
from papersieve.warehouse.store.engine import Engine, fitted, scanned_at_a_time
from papersieve.warehouse.store.gate import apply_gate
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_lookups import StoreLookups

#: If more than this share of the documents changes, changes are not listed: writing the whole published file is faster.
WHOLE_SHARE = 0.3

#: About how many records have their titles compared at a time.
_LISTED_AT_A_TIME = 200_000


def _records(store: Store, settings: Settings, progress: Progress, engine: Engine) -> None:
    """Apply the gate: hold back dumps that fail, and let in those that no longer do."""
    apply_gate(store, settings.gate)


def reset(store: Store, stage: str, settings: Settings, before: dict[str, Any]) -> None:
    """Prepare a stage for changed settings. before: those that it last worked with.

    The caller notes the new settings in the same transaction.
    """
    if stage == "records" and _is_other("records", before):
        renormalise(store)
    elif stage == "documents":
        store.execute("forget_documents")
        store.execute("queue_all")
    elif stage == "pairs":
        _reset_pairs(store, settings, before)
    if stage in ("pairs", "papers"):
        store.execute("touch_papers")


def _is_other(step: str, before: dict[str, Any]) -> bool:
    """Whether a stage last worked with another version of a step. Settings of older stores name no versions: True."""
    return bool(before.get("versions", {}).get(step) != VERSIONS[step])


def _documents(store: Store, settings: Settings, progress: Progress, engine: Engine) -> None:
    """Number new documents in order of ingestion, add their keys, and pass the queue on to pairs and papers."""
    new = store.query("new_documents").with_row_index("place", offset=1)
    done = 0
    for numbered, keys in engine.documents(store, new, settings):
        give_memory_back()
        progress("documents", done, new.height)
        done += numbered.height
        require(numbered.drop("document_no"), CONTRACTS["documents"])
        with store.transaction():
            store.execute("add_documents", new_documents=numbered, new_keys=require(keys, CONTRACTS["block_keys"]))
    with store.transaction():
        _look_for_repeats(store)
        store.execute("settle_documents")


def _look_for_repeats(store: Store) -> None:
    """Note how surely each new dump lists each paper only once; several whole dumps at a time."""
    dumps = store.query("unlisted_dumps").with_columns(part=pl.col("records").cum_sum() // _LISTED_AT_A_TIME)
    for part in dumps.partition_by("part"):
        listed = store.query("titles_listed", chosen=part.select("dump_id"))
        known = part.select("dump_id").join(lists_once(listed), on="dump_id", how="left").fill_null(0.0)
        store.execute("note_lists", lists=known)


def _reset_pairs(store: Store, settings: Settings, before: dict[str, Any]) -> None:
    """Judge the known evidence again. If the cap of buckets or the comparison changed, queue all documents instead."""
    if before.get("matching") != settings.matching.model_dump() or _is_other("evidence", before):
        store.execute("forget_pairs")
    else:
        last = store.value("last_pair")
        size = scanned_at_a_time(last + 1, fitted(store, settings))
        for first in range(0, last + 1, size):
            give_memory_back()
            span = pl.DataFrame({"first": [first], "last": [first + size - 1]})
            pairs = judge(store.query("pairs_from", span=span), settings)
            store.execute("rejudge_pairs", span=span, new_pairs=require(pairs, CONTRACTS["pairs"]))


def _pairs(store: Store, settings: Settings, progress: Progress, engine: Engine) -> None:
    """Update judged pairs and hot buckets. Gone documents are removed with the first batch."""
    queue = store.query("pending_pairs")
    gone, new = queue.filter("is_gone"), queue.filter(~pl.col("is_gone"))
    done = 0
    for changes, batch in engine.pairs(store, gone, new, settings) if queue.height else ():
        progress("pairs", done, new.height)
        done += batch.height
        with store.transaction():
            store.execute(
                "change_pairs",
                dropped=changes.dropped,
                new_pairs=require(changes.judged, CONTRACTS["pairs"]),
                touched=changes.touched,
                buckets=changes.looked_at,
                new_hot=changes.hot,
                done=batch.select("document_no"),
            )
            if gone.height:
                store.execute("drop_documents", chosen=gone)
        gone = gone.clear()


def _papers(store: Store, settings: Settings, progress: Progress, engine: Engine) -> None:
    """Cluster the touched components, merge the clusters into golden records, keep old ids valid, and measure."""
    before, documents = touched(StoreLookups(store), store.query("changed_documents"))
    members, overruled = engine.clusters(store, documents, settings)
    with store.transaction():
        store.execute("keep_former_papers", clusters_before=before, members=members)
        store.execute("clear_papers", clusters_before=before, members=members, new_overruled=overruled)
        changes = [pl.DataFrame(schema=CHANGE_SCHEMA)]
        for part, done in _by_paper(members, scanned_at_a_time(members.height, fitted(store, settings))):
            give_memory_back()
            progress("papers", done, members.height)
            papers, lineage = engine.papers(store, part, settings)
            changes.append(changed_columns(store.query("former_papers_of", members=part), papers))
            store.execute(
                "add_papers",
                new_papers=require(papers, CONTRACTS["papers"]),
                new_lineage=require(lineage, CONTRACTS["paper_lineage"]),
            )
        made_with = fingerprint(settings.papers_depend_on())
        _complete_papers(store, made_with, before, documents["document_id"], members, pl.concat(changes))
        measured = judge_measures(store.query("measure"))
        store.execute("record_measures", new_measures=measured.with_columns(fingerprint=pl.lit(made_with)))


def _by_paper(members: pl.DataFrame, size: int) -> list[tuple[pl.DataFrame, int]]:
    """The members in parts of about `size` that split no paper, each with the number of documents before it."""
    ordered = members.sort("paper_id", "document_id").with_row_index("place")
    part = (pl.col("place").min().over("paper_id") // size).alias("part")
    parts = ordered.with_columns(part).partition_by("part", maintain_order=True)
    return [(p.select("document_id", "paper_id"), p.item(0, "place")) for p in parts]


def _complete_papers(
    store: Store,
    made_with: str,
    before: pl.DataFrame,
    documents: pl.Series,
    members: pl.DataFrame,
    changes: pl.DataFrame,
) -> None:
    """Make aliases of retired ids, and note the changes as a revision. changes: changed columns of papers that stay."""
    aliases = store.query(
        "aliases_to",
        papers_before=before.select("paper_id").unique(),
        papers_after=members.select("paper_id").unique(),
        documents_after=members.select("document_id"),
    )
    resolved = resolve(before, members, aliases)
    became = events(before, members, aliases, resolved)
    concerned = pl.concat([before["document_id"], documents]).unique()
    is_whole = concerned.len() > WHOLE_SHARE * store.count("documents")
    papers = pl.concat([before["paper_id"], members["paper_id"], aliases["alias_id"]]).unique()
    changed = pl.concat([_ids("document", concerned), _ids("paper", papers)])
    store.execute(
        "complete_papers",
        stale_aliases=pl.concat([aliases["alias_id"], resolved["alias_id"]]).unique().to_frame(),
        new_aliases=resolved,
        new_events=pl.concat([became, changes.with_columns(event=pl.lit("changed"))], how="diagonal"),
        changed=changed.clear() if is_whole else changed,
        revision=pl.DataFrame({"fingerprint": [made_with], "is_whole": [is_whole]}),
    )


def _ids(kind: str, ids: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"id": ids}, schema={"id": pl.String}).select(kind=pl.lit(kind), id="id")


#: What each stage does about its queue, in transactions of its own; in the order of `stage_states.DEPENDS_ON`.
STAGES: dict[str, Callable[[Store, Settings, Progress, Engine], None]] = {
    "records": _records,
    "documents": _documents,
    "pairs": _pairs,
    "papers": _papers,
}
