"""Settings out of a file, a store or a run's config, and what is told where they can't be used."""

import difflib
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from papersieve.pipeline.errors import ArgumentError, SettingsError
from papersieve.pipeline.settings import SECTIONS, Settings


def load_settings(path: Path | None = None) -> Settings:
    """Read a TOML file of settings; None gives the defaults.

    Raises SettingsError with every problem of the file at once.
    """
    if path is None:
        return Settings()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: can't read the settings: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: can't read the settings: {error}") from error
    return parse_settings(values, source=str(path))


def checked_settings(given: Any) -> Settings:
    """Settings that a program gave; raises ArgumentError where they are something else."""
    if isinstance(given, Settings):
        return given
    raise ArgumentError(
        f"settings: expected papersieve.Settings, found {type(given).__name__}. Make them of keyword arguments, such as "
        "papersieve.Settings(unit='publication', matching={'bucket_cap': 100})."
    )


def stored_settings(told: dict[str, Any], *, source: str) -> Settings:
    """The settings in what a store keeps of `papers_depend_on`; the practical ones are the defaults."""
    known = {name: told[name] for name in Settings.model_fields if name in told}
    for name in known.keys() & SECTIONS.keys():
        known[name] = {n: v for n, v in known[name].items() if n in SECTIONS[name].model_fields}
    return parse_settings(known, source=source)


def parse_settings(values: dict[str, Any], *, source: str) -> Settings:
    """Validate settings that came from `source` (named in the error)."""
    try:
        return Settings(**values)
    except ValidationError as error:
        problems = error.errors()
        many = "1 setting" if len(problems) == 1 else f"{len(problems)} settings"
        raise SettingsError(
            f"{source}: {many} can't be used:\n"
            + "".join(f"  {'.'.join(map(str, e['loc']))}: {_problem(e)}\n" for e in problems)
            + "`papersieve settings` prints all settings with their meaning."
        ) from error


def _problem(error: ErrorDetails) -> str:
    """What is expected in place of one value, or where the name belongs."""
    if error["type"] == "extra_forbidden":
        return _where_it_belongs(str(error["loc"][-1]))
    said = error["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    return said if error["type"] == "value_error" else f"{said}, found {error['input']!r:.80}"


def _where_it_belongs(name: str) -> str:
    places = {setting: f"under [{n}]" for n, section in SECTIONS.items() for setting in section.model_fields}
    places |= dict.fromkeys(Settings.model_fields.keys() - SECTIONS.keys(), "at the top, before any [section]")
    if name in places:
        return f"belongs {places[name]}"
    close = difflib.get_close_matches(name, places, n=1)
    return "no setting has this name" + (f"; did you mean {close[0]}, {places[close[0]]}?" if close else "")
