"""The stages from dumps to papers, each one transaction with its own bookkeeping.

A stage is pending where the store's version, or the fingerprint of the settings that it depends on, is
another than when it was last completed. So a killed run goes on where it stopped, and a run with nothing to
do writes nothing.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from checks.schemas import CONTRACTS
from checks.split import require
from checks.thresholds import judge_measures
from pipeline.dedup.aliases import retire
from pipeline.dedup.blocks import block_keys
from pipeline.dedup.cluster import clusters
from pipeline.dedup.golden import golden_records
from pipeline.dedup.judge import judge
from pipeline.dedup.pairs import candidate_pairs
from pipeline.dedup.verify import gather_evidence
from pipeline.normalise import document_texts
from pipeline.settings import Settings, fingerprint
from warehouse.ingest import DumpOutcome, ingest, renormalise
from warehouse.progress import Progress, silent
from warehouse.store import Store, StoreError

#: Documents signed, and pairs verified, at a time: what bounds the memory.
CHUNK = 20_000


@dataclass(frozen=True)
class Stage:
    """One step: its name, the part of the settings that it depends on, and what it does to the store."""

    name: str
    depends_on: Callable[[Settings], dict[str, object]]
    work: Callable[[Store, Settings, Progress], None]


@dataclass(frozen=True)
class Refresh:
    """What a refresh did: each file's outcome, the stages that were pending, what it had to say."""

    outcomes: list[DumpOutcome]
    completed: list[str]
    messages: list[str]


def refresh(store: Store, paths: Iterable[Path], settings: Settings, progress: Progress = silent) -> Refresh:
    """Take the dumps in and bring every derived table up to date."""
    outcomes = ingest(store, paths, progress, settings.reading)
    messages = [o.message for o in outcomes if o.message]
    if message := rederivation(store, settings):
        messages.append(message)
    completed = [stage.name for stage in STAGES if complete(store, stage, settings, progress)]
    return Refresh(outcomes, completed, messages)


def refuse_gap(store: Store, settings: Settings, before: str | None = None) -> None:
    """Raise StoreError where a stage is pending that has to come before the stage named (None: before publishing).

    A stage notes that it is complete for the store's version. Had it worked on tables of an earlier version
    it would never work again, and the new dumps would be missed.
    """
    names = [stage.name for stage in STAGES]
    for stage in STAGES[: names.index(before) if before else None]:
        if is_pending(store, stage, settings):
            raise StoreError(
                f"{store.path}: the stage `{stage.name}` is pending, so `{before or 'publish'}` has nothing sound to "
                "stand on. Run `papersieve run`, or the job refresh_warehouse, or the assets from there on."
            )


def complete(store: Store, stage: Stage, settings: Settings, progress: Progress = silent) -> bool:
    """Do the stage's work where it is pending, and say whether it was. Raises StoreError as `refuse_gap` does."""
    refuse_gap(store, settings, before=stage.name)
    if not is_pending(store, stage, settings):
        return False
    progress(stage.name, 0, 1)
    part = stage.depends_on(settings)
    with store.transaction():
        stage.work(store, settings, progress)
        done = {
            "stage": [stage.name],
            "fingerprint": [fingerprint(part)],
            "settings": [json.dumps(part, sort_keys=True)],
        }
        store.execute("complete_stage", completed=pl.DataFrame(done))
    progress(stage.name, 1, 1)
    return True


def is_pending(store: Store, stage: Stage, settings: Settings) -> bool:
    """Whether the stage has to work before its tables are those of the store's dumps and these settings."""
    last = store.query("stage_states").filter(pl.col("stage") == stage.name)
    wanted = fingerprint(stage.depends_on(settings))
    if last.is_empty():
        return store.query("store_version").item() > 0
    return last.filter((pl.col("version") == pl.col("store_version")) & (pl.col("fingerprint") == wanted)).is_empty()


def rederivation(store: Store, settings: Settings) -> str | None:
    """Say that stages will be derived anew because they were made with other settings; None where they were not."""
    last = {name: (was, json.loads(values)) for name, _, was, values, _ in store.query("stage_states").iter_rows()}
    stale = [s for s in STAGES if s.name in last and last[s.name][0] != fingerprint(s.depends_on(settings))]
    if not stale:
        return None
    changes = {}
    for stage in stale:
        was, now = last[stage.name][1], stage.depends_on(settings)
        changes |= {k: f"{k} {was.get(k)} -> {v}" for k, v in now.items() if k != "signing" and was.get(k) != v}
    return (
        f"{store.path}: made with settings of fingerprint {last[stale[-1].name][0]}, this run has "
        f"{fingerprint(stale[-1].depends_on(settings))} ({', '.join(changes.values())}). Derived anew from the stored "
        f"records, so that nothing is mixed: {', '.join(s.name for s in stale)}."
    )


def _documents(store: Store, settings: Settings, progress: Progress) -> None:
    """Number new documents in ledger order and key them; drop those that no record carries any more."""
    last = store.query("stage_states").filter(pl.col("stage") == "documents")
    signing = settings.signing()
    if not last.is_empty() and last["fingerprint"][0] != fingerprint(signing):
        if json.loads(last["settings"][0])["normaliser"] != signing["normaliser"]:
            renormalise(store)
        store.execute("forget_documents")
    store.execute("drop_orphans")
    pending = store.query("pending_documents")
    for start in range(0, pending.height, CHUNK):
        progress("documents", start, pending.height)
        chunk = pending.slice(start, CHUNK)
        texts = require(document_texts(chunk), CONTRACTS["documents"])
        new = chunk.select("document_no", "document_id").join(texts, on="document_id", maintain_order="left")
        keys = require(block_keys(new, settings), CONTRACTS["block_keys"])
        store.execute("add_documents", new_documents=new, new_keys=keys)


def _pairs(store: Store, settings: Settings, progress: Progress) -> None:
    """Find candidate pairs in the buckets, gather evidence for those that lack it, judge all."""
    candidates, hot = candidate_pairs(store.query("shared_block_keys"), bucket_cap=settings.bucket_cap)
    known = candidates.join(store.query("known_evidence"), on=["left_no", "right_no"])
    unknown = candidates.join(known, on=["left_no", "right_no"], how="anti")
    evidence = [known]
    for start in range(0, unknown.height, CHUNK):
        progress("pairs", start, unknown.height)
        chunk = unknown.slice(start, CHUNK)
        texts = store.query("documents_of_pairs", pairs_to_verify=chunk.select("left_no", "right_no"))
        evidence.append(gather_evidence(chunk, texts, settings))
    pairs = judge(pl.concat(evidence).sort("left_no", "right_no"), settings)
    store.execute("replace_pairs", new_pairs=require(pairs, CONTRACTS["pairs"]), new_hot=hot)


def _papers(store: Store, settings: Settings, progress: Progress) -> None:
    """Cluster the matches, merge each cluster into its golden record, keep old ids alive, measure."""
    found = clusters(store.query("document_numbers"), store.query("matches"))
    members = store.query("clustered_documents", new_clusters=found)
    papers, lineage = golden_records(store.query("records_of_papers", new_members=members))
    store.execute(
        "replace_papers",
        new_aliases=retire(store.query("paper_documents"), members, store.query("paper_aliases")),
        new_members=members,
        new_papers=require(papers, CONTRACTS["papers"]),
        new_lineage=require(lineage, CONTRACTS["paper_lineage"]),
    )
    judged = judge_measures(store.query("measure"))
    store.execute(
        "record_measures",
        new_measures=judged.with_columns(fingerprint=pl.lit(fingerprint(settings.judging()))),
    )


#: In the order in which they depend on each other; ingestion comes before them.
STAGES = (
    Stage("documents", Settings.signing, _documents),
    Stage("pairs", Settings.judging, _pairs),
    Stage("papers", Settings.judging, _papers),
)
