"""Commands that keep store and warehouse: withdraw, rebuild, verify, backup, restore, rollback."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from papersieve.warehouse.cli.options import (
    Command,
    existing,
    json_option,
    places,
    print_json,
    resolve,
    say,
    settings_option,
    wait_option,
)

if TYPE_CHECKING:
    import polars as pl


@click.command(
    cls=Command,
    epilog="papersieve withdraw 2026-01-05.txt\npapersieve withdraw 3f9a01 --warehouse papers.duckdb --json | jq .papers",
)
@click.argument("dumps", nargs=-1, required=True, metavar="DUMP…")
@places
@settings_option
@wait_option
@json_option
def withdraw(
    dumps: tuple[str, ...],
    store: Path | None,
    warehouse: Path | None,
    settings_file: Path | None,
    wait: float,
    as_json: bool,
) -> None:
    """Take dumps back: all that only they contributed is retracted, and the warehouse published anew.

    A DUMP is a dump's id (or at least its first six digits), its location, or its file name; a name that fits several
    dumps is refused, and they are listed. A location means that place alone; an id or a name means the dump, wherever
    it lies. A withdrawn dump that a folder still holds is passed over by later runs; `papersieve run FILE` adds it again.
    """
    from papersieve.pipeline.settings import load_settings
    from papersieve.warehouse.cli import show_run
    from papersieve.warehouse.run import run

    store, warehouse = resolve(store, warehouse)
    with show_run.progress_bar() as progress:
        result = run(
            [],
            store=existing(store),
            warehouse=warehouse,
            settings=load_settings(settings_file),
            progress=progress,
            withdrawing=dumps,
            wait_seconds=wait,
        )
    show_run.tell_problems(result)
    if as_json:
        print_json(show_run.as_json(result, store, warehouse))
    else:
        show_run.tell_result(result, store, warehouse)


@click.command(cls=Command, epilog="papersieve rebuild\npapersieve rebuild --json | jq .differs")
@places
@settings_option
@wait_option
@json_option
def rebuild(store: Path | None, warehouse: Path | None, settings_file: Path | None, wait: float, as_json: bool) -> None:
    """Derive everything anew from the stored records, beside the store; compare, put it in place, and publish.

    Readers keep the version they have meanwhile. With the settings and the software that the store was made with
    nothing differs, ids included.
    """
    from papersieve.pipeline.settings import load_settings
    from papersieve.warehouse.cli import show_run
    from papersieve.warehouse.run import run
    from papersieve.warehouse.store.rebuild import rebuild as start_over
    from papersieve.warehouse.store.store_file import hold_store

    store, warehouse = resolve(store, warehouse)
    settings = load_settings(settings_file)
    with hold_store(existing(store), wait) as held, show_run.progress_bar() as progress:
        differences = start_over(store, settings, progress, held=held)
        result = run([], store=store, warehouse=warehouse, settings=settings, progress=progress, held=held)
    show_run.tell_problems(result)
    told = {**_compared(differences), "published": result.published}
    print_json(told) if as_json else show_run.tell_differences(told)


@click.command(cls=Command, epilog="papersieve verify\npapersieve verify --all --json | jq .differs")
@places
@settings_option
@click.option("--sample", type=click.IntRange(1), default=1000, show_default=True, metavar="PAPERS", help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="Which ones.")
@click.option("--all", "everything", is_flag=True, help="Derive everything anew; takes as long as a rebuild.")
@wait_option
@json_option
def verify(
    store: Path | None,
    warehouse: Path | None,
    settings_file: Path | None,
    sample: int,
    seed: int,
    everything: bool,
    wait: float,
    as_json: bool,
) -> None:
    """Derive a sample of the papers anew from their records and compare it with what is stored; change nothing.

    Exits with 1 where anything differs.
    """
    from papersieve.pipeline.settings import load_settings
    from papersieve.warehouse.cli import show_run
    from papersieve.warehouse.store.rebuild import rebuild as start_over
    from papersieve.warehouse.store.verify import verify_sample

    store, _ = resolve(store, warehouse)
    settings = load_settings(settings_file)
    with show_run.progress_bar() as progress:
        if everything:
            differences = start_over(existing(store), settings, progress, keep=False, wait_seconds=wait)
        else:
            differences = verify_sample(existing(store), settings, papers=sample, seed=seed, wait_seconds=wait)
    told = _compared(differences)
    print_json(told) if as_json else show_run.tell_differences(told)
    if told["differs"]:
        sys.exit(1)


@click.command(cls=Command, epilog="papersieve backup backups/\npapersieve backup papers-before-upgrade.duckdb")
@click.argument("target", type=click.Path(path_type=Path))
@places
@wait_option
@json_option
def backup(target: Path, store: Path | None, warehouse: Path | None, wait: float, as_json: bool) -> None:
    """Copy the store, from which everything else can be made, to a file or into a folder.

    Its checksum lies beside it, as NAME.sha256: `restore` refuses a copy that is torn.
    """
    from papersieve.warehouse.outputs import refuse_output
    from papersieve.warehouse.store.backup import backup as copy

    store, warehouse = resolve(store, warehouse)
    refuse_output(target, store, warehouse)
    where = copy(store, target, wait_seconds=wait)
    if as_json:
        print_json({"store": str(store), "backup": str(where), "size_bytes": where.stat().st_size})
    else:
        say(f"backed up: {store} to {where}")


@click.command(cls=Command, epilog="papersieve restore backups/store-20260105T060000Z.duckdb && papersieve run dumps/")
@click.argument("saved", metavar="BACKUP", type=click.Path(path_type=Path))
@places
@wait_option
@json_option
def restore(saved: Path, store: Path | None, warehouse: Path | None, wait: float, as_json: bool) -> None:
    """Put a backup in the store's place; the store that was there is moved aside, not deleted.

    The next run takes in what came since and publishes.
    """
    from papersieve.warehouse.store.backup import restore as put_back

    store, _ = resolve(store, warehouse)
    moved = put_back(saved, store, wait_seconds=wait)
    if as_json:
        print_json({"store": str(store), "restored": str(saved), "moved_aside": str(moved) if moved else None})
    else:
        say(f"restored: {store} from {saved}" + (f"; what was there is now {moved}" if moved else ""))


@click.command(
    cls=Command,
    epilog="papersieve rollback --list\npapersieve rollback\npapersieve rollback --release && papersieve run dumps/",
)
@click.argument("revision", required=False, type=int)
@places
@click.option("--list", "only_list", is_flag=True, help="Show the versions that are kept, and change nothing.")
@click.option("--release", is_flag=True, help="End the hold: the next run publishes again.")
@wait_option
@json_option
def rollback(
    revision: int | None,
    store: Path | None,
    warehouse: Path | None,
    only_list: bool,
    release: bool,
    wait: float,
    as_json: bool,
) -> None:
    """Put an earlier version of the warehouse back (the one before, or REVISION) and hold it there.

    Runs go on refreshing the store, but publish nothing until --release.
    """
    from papersieve.warehouse.cli import show_run
    from papersieve.warehouse.published import rollback as versions

    _, warehouse = resolve(store, warehouse)
    done: dict[str, object] = {}
    if release:
        done = {"released": versions.release(warehouse, wait_seconds=wait)}
    elif not only_list:
        done = {"revision": versions.rollback(warehouse, revision, wait_seconds=wait)}
    kept, is_held = versions.versions(warehouse), versions.is_held(warehouse)
    if as_json:
        print_json({**done, "is_held": is_held, "versions": kept.to_dicts()})
    else:
        show_run.tell_versions(kept, is_held=is_held)


def _compared(differences: "pl.DataFrame") -> dict[str, Any]:
    """Rows that only one of the two has, by table, and whether there are any."""
    return {
        "differs": any(map(any, differences.select("only_stored", "only_derived").iter_rows())),
        "tables": differences.to_dicts(),
    }


KEEPING = (withdraw, rebuild, verify, backup, restore, rollback)
