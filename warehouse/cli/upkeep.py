"""Commands that keep store and warehouse: withdraw, rebuild, verify, backup, restore, rollback."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from papersieve.warehouse.cli.options import SEED, Places, command, emit

if TYPE_CHECKING:
    import polars as pl

    from papersieve.pipeline.settings import Settings


@command(
    "Keep",
    "papersieve withdraw 2026-01-05.txt",
    "papersieve withdraw 3f9a01 --warehouse papers.duckdb --json | jq .papers",
)
@click.argument("dumps", nargs=-1, required=True, metavar="DUMP…")
def withdraw(dumps: tuple[str, ...], places: Places, settings: "Settings", wait: float) -> None:
    """Remove dumps from the papers, and publish.

    Everything that only they contributed is removed with them. Name a DUMP by its id (its first six characters are
    enough), its location or its file name. A name that several dumps have is refused, and they are listed. A location
    withdraws the dump from that place alone; an id or a name, from all its places. Later runs skip a withdrawn dump
    that is still in a folder; `papersieve run FILE` adds it again.
    """
    from papersieve.warehouse.cli import show_run
    from papersieve.warehouse.run import run

    places.existing_store()
    with show_run.progress_bar() as progress:
        result = run([], *places, settings, progress, withdrawing=dumps, wait_seconds=wait)
    show_run.answer(result, show_run.as_json(result, *places), lambda _: show_run.tell_result(result, *places))


@command("Keep", "papersieve rebuild", "papersieve rebuild --json | jq .differs")
def rebuild(places: Places, settings: "Settings", wait: float) -> None:
    """Derive everything again from the stored records.

    The result is compared with the stored one, and published. It is built in a second file, so readers keep their
    version meanwhile. With the same settings and software nothing differs, not even an id.
    """
    from papersieve.warehouse.cli import show_run, show_store
    from papersieve.warehouse.run import run
    from papersieve.warehouse.store.rebuild import rebuild as start_over
    from papersieve.warehouse.store.store_file import hold_store

    with hold_store(places.existing_store(), wait) as held, show_run.progress_bar() as progress:
        differences = start_over(places.store, settings, progress, held=held)
        result = run([], *places, settings, progress, held=held)
    show_run.answer(result, {**_compared(differences), "published": result.published}, show_store.tell_differences)


@command("Keep", "papersieve verify", "papersieve verify --all --json | jq .differs")
@click.option(
    "--sample",
    type=click.IntRange(1, SEED.max),
    default=1000,
    show_default=True,
    metavar="PAPERS",
    help="Check this many papers.",
)
@click.option(
    "--seed", type=SEED, default=1, show_default=True, help="Seed of the sample; another number checks other papers."
)
@click.option("--all", "everything", is_flag=True, help="Check everything; takes as long as a rebuild.")
def verify(sample: int, seed: int, everything: bool, places: Places, settings: "Settings", wait: float) -> None:
    """Derive some papers again and compare them with the stored ones.

    Nothing is changed. Exits with 1 if anything differs.
    """
    from papersieve.warehouse.cli import show_run, show_store
    from papersieve.warehouse.store.rebuild import rebuild as start_over
    from papersieve.warehouse.store.rebuild import verify_sample
    from papersieve.warehouse.store.store import Store

    store = places.existing_store()
    with show_run.progress_bar() as progress:
        if everything:
            differences = start_over(store, settings, progress, keep=False, wait_seconds=wait)
        else:
            with Store(store, settings, wait_seconds=wait) as opened:
                differences = verify_sample(opened, settings, papers=sample, seed=seed)
    told = _compared(differences)
    emit(told, show_store.tell_differences)
    if told["differs"]:
        sys.exit(1)


@command("Keep", "papersieve backup backups/", "papersieve backup papers-before-upgrade.duckdb")
@click.argument("target", type=click.Path())
def backup(target: str, places: Places, wait: float) -> None:
    """Copy the store to a file or into a folder.

    A TARGET that ends in / is a folder, which is created if it is missing. Everything else can be derived from the
    store. The checksum is written next to the copy, as NAME.sha256; `restore` refuses a damaged copy.
    """
    from papersieve.warehouse.outputs import refuse_output
    from papersieve.warehouse.store.backup import backup as copy

    if not target:
        raise click.UsageError("expected a file or a folder, such as `.`, found an empty text")
    refuse_output(Path(target), *places)
    where = copy(places.store, target, wait_seconds=wait)
    told = {"store": str(places.store), "backup": str(where), "size_bytes": where.stat().st_size}
    emit(told, f"backed up: {places.store} to {where.absolute()}")


@command("Keep", "papersieve restore backups/store-20260105T060000Z.duckdb && papersieve run dumps/")
@click.argument("saved", metavar="BACKUP", type=click.Path(path_type=Path))
def restore(saved: Path, places: Places, wait: float) -> None:
    """Replace the store with a backup.

    The replaced store is moved aside, not deleted. The next run reads the dumps that came since the backup, and
    publishes.
    """
    from papersieve.warehouse.store.backup import restore as put_back

    store = places.store
    moved = put_back(saved, store, wait_seconds=wait)
    told = {"store": str(store), "restored": str(saved), "moved_aside": str(moved) if moved else None}
    emit(told, f"restored: {store} from {saved}" + (f"; what was there is now {moved}" if moved else ""))


@command(
    "Keep",
    "papersieve rollback --list",
    "papersieve rollback",
    "papersieve rollback --release && papersieve run dumps/",
)
@click.argument("revision", required=False)
@click.option("--list", "only_list", is_flag=True, help="Show the versions that are kept, and change nothing.")
@click.option("--release", is_flag=True, help="Let the next run publish again.")
def rollback(revision: str | None, only_list: bool, release: bool, places: Places, wait: float) -> None:
    """Publish an earlier version of the warehouse again, and hold it.

    REVISION is a number that --list shows, or the first characters of its id, since `restore` reuses numbers. Without
    REVISION, it is the version published before the current one. Runs continue to refresh the store, but publish
    nothing until --release.
    """
    from papersieve.warehouse.cli import show_store
    from papersieve.warehouse.published import rollback as versions

    warehouse, done = places.warehouse, dict[str, object]()
    if release:
        done = {"released": versions.release(warehouse, wait_seconds=wait)}
    elif not only_list:
        done = {"revision": versions.rollback(warehouse, revision, wait_seconds=wait)}
    kept, is_held = versions.versions(warehouse), versions.is_held(warehouse)
    told = {**done, "is_held": is_held, "versions": kept}
    emit(told, lambda _: show_store.tell_versions(kept, is_held=is_held, released=done.get("released")))


def _compared(differences: "pl.DataFrame") -> dict[str, Any]:
    """Rows that only one of the two results has, by table, and whether there are any."""
    differs = any(map(any, differences.select("only_stored", "only_derived").iter_rows()))
    return {"differs": differs, "tables": differences.to_dicts()}
