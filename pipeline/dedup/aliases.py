"""Ids that last: where a paper id leads that is no longer the id of a paper."""

import polars as pl

ALIAS_SCHEMA = {"alias_id": pl.String, "paper_id": pl.String}


def retire(before: pl.DataFrame, after: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Return the aliases that hold after a change of clusters: alias_id, paper_id (null: nothing of it is left).

    before, after: clusters as (document_id, paper_id). A retired id leads to the paper that now holds its own
    document; where that is withdrawn, to the paper with most of its other documents (the smallest id among
    equals). Older aliases follow; an id that is alive again is an alias no longer.
    """
    alive = after.select("paper_id").unique()
    retired = (
        before.select(alias_id="paper_id").unique().join(alive, left_on="alias_id", right_on="paper_id", how="anti")
    )
    heirs = (
        before.rename({"paper_id": "alias_id"})
        .join(retired, on="alias_id", how="semi")
        .join(after, on="document_id")
        .group_by("alias_id", "paper_id")
        .agg(own=(pl.col("document_id") == pl.col("alias_id")).any(), documents=pl.len())
        .sort("alias_id", "own", "documents", "paper_id", descending=[False, True, True, False])
        .unique("alias_id", keep="first")
        .select("alias_id", "paper_id")
    )
    now_retired = retired.join(heirs, on="alias_id", how="left")
    followed = (
        aliases.join(alive, left_on="alias_id", right_on="paper_id", how="anti")
        .join(now_retired, on="alias_id", how="anti")
        .join(now_retired, left_on="paper_id", right_on="alias_id", how="left", suffix="_now")
        .join(alive.with_columns(is_alive=pl.lit(True)), on="paper_id", how="left")
        .select("alias_id", paper_id=pl.when("is_alive").then("paper_id").otherwise("paper_id_now"))
    )
    return (
        pl.concat([followed, now_retired]).select(pl.col(c).cast(t) for c, t in ALIAS_SCHEMA.items()).sort("alias_id")
    )
