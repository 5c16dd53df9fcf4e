"""Commands that ask the warehouse: export."""

from pathlib import Path

import click

from warehouse.cli_options import Command, json_option, places, print_json, resolve


@click.command(cls=Command, epilog="papersieve export parquet/\npapersieve export parquet/ --json | jq .folder")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@places
@json_option
def export(folder: Path, store: Path | None, warehouse: Path | None, as_json: bool) -> None:
    """Write every published table and view as Parquet, papers and records by year of publication.

    FOLDER/manifest.json names the files of one whole version, and is swapped last; the version before is kept for
    who still reads it. Nothing is written where FOLDER holds this version already.
    """
    from warehouse.export import export as write

    _, warehouse = resolve(store, warehouse)
    manifest = write(warehouse, folder)
    if as_json:
        print_json(manifest)
        return
    files = [file for table in manifest["tables"] for file in table["files"]]
    state = "exported" if manifest["exported"] else "unchanged"
    click.echo(
        f"{state}: {folder / manifest['folder']}: {len(manifest['tables'])} tables and views, {len(files)} files, "
        f"{sum(file['size_bytes'] for file in files) / 1e6:,.1f} MB"
    )


ASKING = (export,)
