"""Lasting ids: where paper ids lead that are no longer in use, and what became of each paper id.

All functions take a part of the clusters, before and after a change, as (document_id, paper_id). A paper with a changed
document must be in it with all its documents.
"""

import polars as pl

from papersieve.checks.rules import Type

ALIAS_SCHEMA = {"alias_id": pl.String, "paper_id": pl.String}
EVENT_SCHEMA = {"paper_id": pl.String, "event": pl.String, "other_paper_id": pl.String}
CHANGE_SCHEMA: dict[str, Type] = {"paper_id": pl.String, "changed_columns": pl.List(pl.String)}


def resolve(before: pl.DataFrame, after: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Where each retired id leads now: alias_id, paper_id (null if nothing of the paper is left), sorted.

    A paper id is the id of a document. It leads to the paper that holds this document; if the document is withdrawn, to
    the paper with most of the other documents that it last had (the smallest id among equals). Older aliases follow the
    paper that they led to. An id that is in use again is no longer an alias.
    """
    alive = after.select("paper_id").unique()
    retired = before.select(alias_id="paper_id").unique()
    retired = retired.join(alive, left_on="alias_id", right_on="paper_id", how="anti")
    own = after.select(alias_id="document_id", own_paper_id="paper_id")
    led = retired.join(_heirs(before, after, retired), on="alias_id", how="left").join(own, on="alias_id", how="left")
    now_retired = led.select("alias_id", paper_id=pl.coalesce("own_paper_id", "paper_id"))
    older = aliases.join(alive, left_on="alias_id", right_on="paper_id", how="anti")
    older = _led_on(older.join(now_retired, on="alias_id", how="anti"), now_retired, own)
    return pl.concat([older, now_retired]).select(pl.col(c).cast(t) for c, t in ALIAS_SCHEMA.items()).sort("alias_id")


def _heirs(before: pl.DataFrame, after: pl.DataFrame, retired: pl.DataFrame) -> pl.DataFrame:
    """The paper with most of the documents that each retired id last had: alias_id, paper_id."""
    gone = before.rename({"paper_id": "alias_id"}).join(retired, on="alias_id", how="semi")
    moved = gone.join(after.select("document_id", "paper_id"), on="document_id")
    shared = moved.group_by("alias_id", "paper_id").agg(documents=pl.len())
    ordered = shared.sort("alias_id", "documents", "paper_id", descending=[False, True, False])
    return ordered.unique("alias_id", keep="first").select("alias_id", "paper_id")


def _led_on(aliases: pl.DataFrame, now_retired: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Where older aliases lead: to the paper of their document, or else to where their paper leads if it is retired."""
    retired = now_retired.select("alias_id", paper_id_now="paper_id", is_retired=pl.lit(value=True))
    paper_id = pl.when("is_retired").then("paper_id_now").otherwise("paper_id")
    known = aliases.join(retired, left_on="paper_id", right_on="alias_id", how="left")
    led = known.join(own, on="alias_id", how="left")
    return led.select("alias_id", paper_id=pl.coalesce("own_paper_id", paper_id))


def events(before: pl.DataFrame, after: pl.DataFrame, aliases: pl.DataFrame, resolved: pl.DataFrame) -> pl.DataFrame:
    """What became of each paper id: paper_id, event, other_paper_id, sorted.

    created: not seen before; split: not seen before, from a paper that continues (the other); revived: was an alias;
    merged: retired, and now leads to the other; withdrawn: retired, and nothing of it is left. aliases and resolved:
    the aliases before and after.
    """
    ids_before, ids_after = before.select("paper_id").unique(), after.select("paper_id").unique()
    came = ids_after.join(ids_before, on="paper_id", how="anti")
    revived = came.join(aliases, left_on="paper_id", right_on="alias_id", how="semi")
    moved = after.join(before.rename({"paper_id": "other_paper_id"}), on="document_id")
    of_kept = moved.join(ids_after, left_on="other_paper_id", right_on="paper_id", how="semi")
    origins = of_kept.group_by("paper_id").agg(pl.col("other_paper_id").min())
    new = came.join(revived, on="paper_id", how="anti").join(origins, on="paper_id", how="left")
    led = resolved.rename({"alias_id": "paper_id", "paper_id": "other_paper_id"})
    went = ids_before.join(ids_after, on="paper_id", how="anti").join(led, on="paper_id", how="left")
    is_alone = pl.col("other_paper_id").is_null()
    parts = [
        new.with_columns(event=pl.when(is_alone).then(pl.lit("created")).otherwise(pl.lit("split"))),
        revived.with_columns(event=pl.lit("revived"), other_paper_id=pl.lit(None, pl.String)),
        went.with_columns(event=pl.when(is_alone).then(pl.lit("withdrawn")).otherwise(pl.lit("merged"))),
    ]
    return pl.concat(p.select(pl.col(c).cast(t) for c, t in EVENT_SCHEMA.items()) for p in parts).sort("paper_id")


def changed_columns(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Which values of golden records differ: paper_id, changed_columns (in the order of `after`), sorted by paper_id.

    before, after: papers. Unchanged papers, and papers or columns that only one of the two has, are left out.
    """
    columns = [c for c in after.columns if c in before.columns and c != "paper_id"]
    both = before.join(after, on="paper_id", suffix=" after")
    differs = [pl.when(pl.col(c).ne_missing(pl.col(f"{c} after"))).then(pl.lit(c)) for c in columns]
    told = both.select("paper_id", changed_columns=pl.concat_list(differs).list.drop_nulls())
    kinds = [pl.col(name).cast(kind) for name, kind in CHANGE_SCHEMA.items()]
    return told.filter(pl.col("changed_columns").list.len() > 0).select(kinds).sort("paper_id")
