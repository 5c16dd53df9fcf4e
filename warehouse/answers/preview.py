"""What other thresholds would change, from the stored evidence: nothing is signed, compared or written."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from papersieve.pipeline.derive import clusters_of
from papersieve.pipeline.errors import SettingsError, StoreError
from papersieve.pipeline.matching.judgement import judge
from papersieve.pipeline.matching.overruling import overrule
from papersieve.pipeline.settings import Settings, flat
from papersieve.pipeline.settings_file import parse_settings, stored_settings
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_lookups import StoreLookups
from papersieve.warehouse.store.update import refuse_gap

#: Settings that judge evidence. All others would change the evidence itself.
THRESHOLDS = ("unit", "wrong_share")

_ENDS = ["left_no", "right_no"]
_SCORES = ["score", "similarity", "containment", "title_similarity"]


def preview(
    path: Path, changes: dict[str, Any], wanted: Settings | None = None, *, examples: int = 3, wait_seconds: float = 0
) -> dict[str, Any]:
    """What would change with these settings; all others are the wanted ones, or stay as in the store's last run.

    settings: name -> [now, then] of those that differ; papers: now, then, unchanged (the same documents), joined
    (current papers that would become parts of a larger one), split (current papers that would become several);
    clusters: now, then: papers of more than one document; pairs: compared, and changes (now, then, pairs) of published
    judgements; examples: joined (lists of papers), split (paper and its parts), pairs (the changed ones with the
    highest scores); apply: the settings as TOML.

    Pairs that were never proposed have no evidence, so a much lower threshold finds fewer pairs than it would with
    bands made for it. Raises SettingsError if a setting is not a threshold or can't be used; StoreError if a stage is
    pending.
    """
    with Store(path, wait_seconds=wait_seconds) as store:
        now = _settings(store)
        before = flat(now.results())
        changes = {k: v for k, v in flat((wanted or now).results()).items() if v != before[k]} | changes
        if unknown := changes.keys() - set(THRESHOLDS):
            raise SettingsError(
                f"{', '.join(sorted(unknown))}: expected one of {', '.join(THRESHOLDS)}. Any other setting makes other "
                "evidence: try it on another store, `papersieve run DUMP… --store FILE --settings FILE`."
            )
        then = parse_settings({**now.model_dump(), **changes}, source="preview")
        refuse_gap(store, now)
        values = {name: [getattr(now, name), getattr(then, name)] for name in THRESHOLDS}
        changed_values = {name: both for name, both in values.items() if both[0] != both[1]}
        documents = store.query("clustered_documents")
        judged = judge(store.query("compared_pairs"), then)
        listed = StoreLookups(store).listed(documents)
        found, overruled = clusters_of(documents, judged, listed, store.query("decisions"))
        changed = overrule(judged, overruled).filter(pl.col("judgement") != pl.col("judgement_now"))
        counted = changed.group_by(now="judgement_now", then="judgement").agg(pairs=pl.len())
        both = documents.join(found, on="document_no")
        return {
            "settings": changed_values,
            "papers": _count(both),
            "clusters": {"now": _many(both, "paper_id"), "then": _many(both, "cluster_no")},
            "pairs": {"compared": judged.height, "changes": counted.sort("now", "then").to_dicts()},
            "examples": _examples(store, both, changed, examples),
            "apply": "".join(f"{name} = {json.dumps(then)}\n" for name, (_, then) in changed_values.items()),
        }


def _settings(store: Store) -> Settings:
    states = store.query("stage_states").filter(pl.col("stage") == "papers")
    if states.is_empty():
        raise StoreError(f"{store.path}: holds no papers yet. Make some with `papersieve run DUMP…`.")
    return stored_settings(states["settings"][0], source=str(store.path))


def _count(both: pl.DataFrame) -> dict[str, int]:
    papers = both.group_by("paper_id").agg(pl.col("cluster_no").unique(), documents=pl.len())
    whole = both.group_by("cluster_no").agg(pl.col("paper_id").n_unique().alias("papers"))
    parts = papers.explode("cluster_no").join(whole, on="cluster_no")
    joined = parts.filter(pl.col("papers") > 1)["paper_id"].n_unique()
    split = papers.filter(pl.col("cluster_no").list.len() > 1).height
    changed = parts.filter((pl.col("papers") > 1) | (pl.len().over("paper_id") > 1))["paper_id"].n_unique()
    same = papers.height - changed
    return {"now": papers.height, "then": whole.height, "unchanged": same, "joined": joined, "split": split}


def _many(both: pl.DataFrame, by: str) -> int:
    return both.group_by(by).len().filter(pl.col("len") > 1).height


def _examples(store: Store, both: pl.DataFrame, changed: pl.DataFrame, most: int) -> dict[str, Any]:
    joined = both.filter(pl.col("paper_id").n_unique().over("cluster_no") > 1)
    split = both.filter(pl.col("cluster_no").n_unique().over("paper_id") > 1)
    changed = changed.sort("score", *_ENDS, descending=[True, False, False], nulls_last=True).head(most)
    some_joined = joined.filter(pl.col("cluster_no").rank("dense") <= most)
    some_split = split.filter(pl.col("paper_id").rank("dense") <= most)
    ends = (some_joined["document_no"], some_split["document_no"], changed["left_no"], changed["right_no"])
    numbers = pl.concat(ends)
    found = store.query("titles_to_preview", chosen=numbers.unique().to_frame("document_no"))
    titles = dict(found.select("document_no", "title").iter_rows())

    def papers(rows: pl.DataFrame) -> list[dict[str, Any]]:
        firsts = rows.unique("paper_id", keep="first", maintain_order=True)
        ends = firsts.select("paper_id", "document_no").iter_rows()
        return [{"paper_id": paper, "title": titles[number]} for paper, number in ends]

    return {
        "joined": [papers(rows) for rows in some_joined.partition_by("cluster_no", maintain_order=True)],
        "split": [
            {"paper_id": rows["paper_id"][0], "parts": [[titles[no] for no in part["document_no"]] for part in rows.partition_by("cluster_no", maintain_order=True)]}
            for rows in some_split.partition_by("paper_id", maintain_order=True)
        ],
        "pairs": [
            {"now": row["judgement_now"], "then": row["judgement"], "rule": row["rule"], **{s: row[s] for s in _SCORES}, "left_title": titles[row["left_no"]], "right_title": titles[row["right_no"]]}
            for row in changed.iter_rows(named=True)
        ],
    }  # fmt: skip
