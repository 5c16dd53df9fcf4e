"""Commands for trying papersieve: match and evaluate, which keep nothing, and demo."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from papersieve.warehouse.cli.options import FILE, Places, command, emit, resolve

if TYPE_CHECKING:
    from papersieve.pipeline.settings import Settings

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@command(
    "Run",
    "papersieve match export.ris",
    "papersieve match one.ris other.csv --out clusters.parquet --json | jq .papers",
)
@click.argument("files", type=click.Path(path_type=Path, exists=True), nargs=-1, required=True)
@click.option(
    "--out",
    "clusters_file",
    type=FILE,
    help="File for record_id, paper_id, file, line_start, line_end, title: CSV if its name ends in .csv, else Parquet.",
)
def match(files: tuple[Path, ...], clusters_file: Path | None, settings: "Settings") -> None:
    """Find the papers that some files repeat, without a store.

    It matches as a run does, and stores nothing. FILES are files or folders. Each record is named FILE:LINE; a paper
    with several records is named by its first one.
    """
    from papersieve.warehouse.answers import match as matching
    from papersieve.warehouse.cli import show_matching
    from papersieve.warehouse.outputs import refuse_output

    refuse_output(clusters_file, *resolve(), inputs=files)
    clusters, pairs = matching.match(files, settings)
    if clusters_file:
        matching.write_clusters(clusters, clusters_file)
    emit(matching.as_json(clusters, pairs), lambda _: show_matching.tell_match(clusters, pairs))


@command(
    "Run",
    "papersieve evaluate labelled.parquet --clusters found.parquet",
    "papersieve evaluate labelled.parquet --use-identifiers --json | jq .pair_f1",
)
@click.argument("truth", type=_FILE)
@click.option(
    "--clusters",
    "clusters_file",
    type=FILE,
    help="File for record_id, paper_id: CSV if its name ends in .csv, else Parquet.",
)
@click.option(
    "--use-identifiers", is_flag=True, help="Also compare DOIs, arXiv ids and PubMed ids, except one that is the label."
)
def evaluate(truth: Path, clusters_file: Path | None, use_identifiers: bool, settings: "Settings") -> None:
    """Match labelled records, and score the result.

    Matching does not see the labels. TRUTH is a Parquet file with the columns record_id and cluster_id (the true
    paper), and any of source, title, abstract, authors, date, venue, volume, number, pages, doi, arxiv_id, pmid.
    """
    from papersieve.warehouse.answers.evaluate import evaluate as match_and_score
    from papersieve.warehouse.cli import show_matching
    from papersieve.warehouse.outputs import refuse_output

    refuse_output(clusters_file, *resolve(), inputs=[truth])
    result = match_and_score(truth, clusters_file, settings, use_identifiers=use_identifiers)
    emit(result, show_matching.tell_evaluation)


@command("Run", "papersieve demo", "papersieve demo sample_dumps/", json=False)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="sample_dumps")
def demo(folder: Path, places: Places) -> None:
    """Run on sample dumps, and score the result.

    The repeats in these dumps are known, so the result can be scored. Without FOLDER, sample_dumps is used. A missing
    folder is created, with eight dumps. The result goes to data/sample, apart from your own papers, unless --store or
    --warehouse is given.
    """
    from papersieve.warehouse.cli.demo import SAMPLE_PLACES
    from papersieve.warehouse.cli.demo import demo as show

    source = click.get_current_context().get_parameter_source
    is_named = click.core.ParameterSource.COMMANDLINE in (source("store"), source("warehouse"))
    show(folder, *(places if is_named else resolve(*SAMPLE_PLACES)))
