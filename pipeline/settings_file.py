"""Settings from a file, a store or a run's config, and the error message if they can't be used."""

import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from papersieve.pipeline.errors import ArgumentError, SettingsError
from papersieve.pipeline.settings import SECTIONS, Settings


def load_settings(path: Path | None = None) -> Settings:
    """Read a TOML file of settings; None gives the defaults. Raises SettingsError that lists every problem at once."""
    if path is None:
        return Settings()
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path}: can't read the settings: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: expected text in UTF-8, found other bytes. Save the file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{path}: can't read the settings: {error}. `papersieve settings` prints a file to compare with."
        ) from error
    return parse_settings(values, source=str(path))


def checked_settings(given: Any) -> Settings:
    """Return settings passed by a program; raises ArgumentError if they are anything else."""
    if isinstance(given, Settings):
        return given
    raise ArgumentError(
        f"settings: expected papersieve.Settings, found {type(given).__name__}. Make them of keyword arguments, such as "
        "papersieve.Settings(unit='publication', matching={'bucket_cap': 100})."
    )


def stored_settings(text: str, *, source: str) -> Settings:
    """The settings in the `papers_depend_on` that a store keeps as JSON; practical settings have their defaults."""
    told: dict[str, Any] = json.loads(text)
    known = {name: told[name] for name in Settings.model_fields if name in told}
    for name in known.keys() & SECTIONS.keys():
        known[name] = {n: v for n, v in known[name].items() if n in SECTIONS[name].model_fields}
    return parse_settings(known, source=source)


def parse_settings(values: dict[str, Any], *, source: str) -> Settings:
    """Validate settings that came from `source` (named in the error)."""
    try:
        return Settings(**values)
    except ValidationError as error:
        problems = [f"  {'.'.join(map(str, e['loc']))}: {_problem(e)}\n" for e in error.errors()]
    # Raised out here, so that pydantic's error is not chained: it repeats all of this and keeps every frame alive.
    many = "1 setting" if len(problems) == 1 else f"{len(problems)} settings"
    raise SettingsError(
        f"{source}: {many} can't be used:\n{''.join(problems)}"
        "`papersieve settings` prints all settings with their meaning."
    )


def _problem(error: ErrorDetails) -> str:
    """What was expected in place of a value, or where a misplaced name belongs."""
    said = error["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    if error["type"] in ("model_type", "dict_type"):
        said = "expected a section"
    elif error["type"] == "string_pattern_mismatch":
        section, name = map(str, error["loc"][:2])
        said = f"expected a value such as {(SECTIONS[section].model_fields[name].examples or [''])[0]!r}"
    is_complete = error["type"] in ("value_error", "extra_forbidden")
    return said if is_complete else f"{said}, found {error['input']!r:.80}"
