"""The command that says how good one's own warehouse is: estimate."""

from pathlib import Path

import click

from papersieve.warehouse.cli.options import Command, answer_on_page, json_option, places, print_json, resolve, say


@click.command(
    cls=Command,
    epilog="papersieve estimate --sample 200 --out labels.csv\npapersieve estimate labels.csv --page\npapersieve estimate labels.csv\npapersieve estimate labels.csv --json | jq .precision",
)
@click.argument("labels", metavar="[FILE.csv]", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--sample", type=click.IntRange(8, 100_000), metavar="N", help="Draw this many pairs to label.")
@click.option("--seed", type=click.IntRange(0), help="Draw others with another one.  [default: 1]")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.csv", help="File to write them to."
)
@click.option("--page", "on_page", is_flag=True, help="Label the pairs of FILE.csv on a local web page.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Of the page; 0 takes any that is free.",
)
@places
@json_option
def estimate(
    labels: Path | None,
    sample: int | None,
    seed: int | None,
    out: Path | None,
    on_page: bool,
    port: int,
    store: Path | None,
    warehouse: Path | None,
    as_json: bool,
) -> None:
    """Say how precise and complete this warehouse is, from pairs that you labelled.

    First draw pairs into a file: half of them matches, half near misses, without a word of how they were judged. Write
    yes or no into the column is_one_paper, from the top on, for as many as you like, or let --page write it (end with
    Ctrl-C). Then FILE.csv gives precision and recall with their 95 % intervals, and the wrong merges to expect beside the
    share that is promised. Nothing is decided by it.
    """
    store, warehouse = resolve(store, warehouse)
    is_reading = labels and sample is None and seed is None and not out
    if labels and is_reading and on_page:
        _label(warehouse, labels, port, as_json=as_json)
    elif labels and is_reading:
        _estimate(warehouse, labels, as_json=as_json)
    elif sample and out and not labels and not on_page:
        _draw(store, warehouse, out, sample, 1 if seed is None else seed, as_json=as_json)
    else:
        raise click.UsageError(
            "say --sample N --out FILE.csv to draw pairs, FILE.csv --page to label them, or FILE.csv to read the labels"
        )


def _draw(store: Path, warehouse: Path, out: Path, sample: int, seed: int, *, as_json: bool) -> None:
    from papersieve.warehouse.decisions.label_sample import draw_sample, refuse_labels
    from papersieve.warehouse.outputs import refuse_output
    from papersieve.warehouse.plurals import counted

    refuse_output(out, store, warehouse)
    refuse_labels(out)
    drawn = draw_sample(warehouse, out, sample, seed)
    if as_json:
        print_json({"drawn": drawn, "seed": seed, "file": str(out)})
    else:
        all_of_them = "" if drawn == sample else ", all that there are"
        say(f"{counted(drawn, 'pair')} to label{all_of_them}: {out} (is_one_paper: yes or no)")


def _label(warehouse: Path, labels: Path, port: int, *, as_json: bool) -> None:
    from papersieve.warehouse.decisions.label_desk import LabelDesk
    from papersieve.warehouse.published.reader import open_warehouse

    open_warehouse(warehouse).close()
    answer_on_page(LabelDesk(warehouse, labels), port, "label", as_json=as_json)


def _estimate(warehouse: Path, labels: Path, *, as_json: bool) -> None:
    from papersieve.warehouse.cli import show_estimate
    from papersieve.warehouse.decisions.label_sample import estimate as estimated

    told = estimated(warehouse, labels)
    if as_json:
        print_json({"file": str(labels), **told})
    else:
        show_estimate.tell(told)
