"""Output of matching: the papers of files, scores against labels, planted repeats that were found."""

from typing import Any

import polars as pl
from rich.table import Table

from papersieve.pipeline.matching.scores import pair_counts, planted_found
from papersieve.warehouse import console
from papersieve.warehouse.cli.show_answers import title
from papersieve.warehouse.plurals import counted


def tell_match(clusters: pl.DataFrame, pairs: pl.DataFrame) -> None:
    """Print the papers with several records, and what is for review."""
    out, titles = console.out(), dict(clusters.select("record_id", "title").iter_rows())
    papers = clusters["paper_id"].n_unique()
    many = clusters.filter(pl.len().over("paper_id") > 1)
    are = "is" if clusters.height == 1 else "are"
    out.print(f"{counted(clusters.height, 'record')} {are} {counted(papers, 'paper')}")
    for paper in many.partition_by("paper_id", maintain_order=True):
        out.print(f"\n{title(paper['title'][0])}")
        for record in paper["record_id"]:
            out.print(f"  {record}")
    review = pairs.filter(pl.col("judgement") == "review").sort("score", descending=True, nulls_last=True)
    if review.height:
        out.print(f"\n{counted(review.height, 'pair')} for review:")
    for row in review.head(20).iter_rows(named=True):
        left, right = row["left_record_id"], row["right_record_id"]
        out.print(f"  {row['score']:+.1f} {row['rule']}: {left} {titles[left]!r:.60} | {right} {titles[right]!r:.60}")


def tell_evaluation(result: dict[str, Any]) -> None:
    """Print the result of an evaluation."""
    out = console.out()
    entities = counted(result["entities"], "entity", "entities")
    out.print(f"{counted(result['records'], 'record')}, {entities}, {counted(result['papers'], 'paper')} found")
    for name, label in (("pair", "pairs"), ("bcubed", "B-cubed")):
        numbers = ", ".join(f"{part} {result[f'{name}_{part}']:.4f}" for part in ("precision", "recall", "f1"))
        out.print(f"{label:16} {numbers}")
    removed = ", ".join(f"{part} {result[f'removed_{part}']}" for part in ("tp", "fp", "fn"))
    out.print(f"{'removed records':16} {removed}, f1 {result['removed_f1']:.4f}\n")
    for name in ("rule", "match_key"):
        out.print(f"{name:16} candidates  of one entity  matches  of them right")
        for row in result[f"by_{name}"]:
            out.print(
                f"{row[name]:16} {row['candidate_pairs']:10,} {row['same_entity']:14,} {row['matches']:8,} {row['right_matches']:14,}"
            )
        out.print()
    for error in result["worst_errors"]:
        terms = ", ".join(f"{t['evidence']} {t['adds']:+.1f}" for t in error["terms"][:4])
        out.print(f"\n{error['error']} {error['score']:+.1f} ({terms})")
        for side in ("left", "right"):
            out.print(f"  {error[f'{side}_record_id']}  {title(error[f'{side}_title'])}")


def tell_planted(labelled: pl.DataFrame) -> None:
    """Print planted repeats and how many of them were found, by kind."""
    found = planted_found(labelled)
    pairs = pair_counts(labelled)
    planted, hits = int(found["planted"].sum()), int(found["found"].sum())
    table = Table(box=None, show_header=True, header_style="dim", padding=(0, 2, 0, 0))
    for column in ("planted repeats", "planted", "found"):
        table.add_column(column, justify="left" if column == "planted repeats" else "right")
    for row in found.to_dicts():
        table.add_row(row["kind"].replace("_", " "), str(row["planted"]), f"{row['found_share']:.1%}")
    table.add_row("[bold]all[/]", f"[bold]{planted}[/]", f"[bold]{hits / planted:.1%}[/]")
    out = console.out(markup=True)
    out.print()
    out.print(table)
    wrong = pairs["predicted"] - pairs["both"]
    out.print(f"pairs of records that share a paper: {pairs['predicted']}, of them wrongly: {wrong}")
