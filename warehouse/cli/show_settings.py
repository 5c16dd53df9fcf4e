"""`papersieve settings`: every setting with value, default, meaning and cost, as rows and as a settings file."""

import json
import textwrap
from datetime import date
from typing import Any

from pydantic import BaseModel

from papersieve.pipeline.settings import COSTS, SECTIONS, Settings, cost_of

_COLUMNS = 79


def listed(settings: Settings) -> list[dict[str, Any]]:
    """One row for each setting, in the order of the file: section, name, value, default, example, meaning, cost (a key
    of `COSTS`).
    """
    rows = []
    models: dict[str, type[BaseModel]] = {"": Settings, **SECTIONS}
    for section, model in models.items():
        chosen = getattr(settings, section) if section else settings
        rows += [
            {
                "section": section,
                "name": name,
                "value": getattr(chosen, name),
                "default": field.default,
                "example": field.examples[0] if field.examples else None,
                "meaning": field.description,
                "cost": cost_of(section, name),
            }
            for name, field in model.model_fields.items()
            if name not in SECTIONS
        ]
    return rows


def as_toml(settings: Settings) -> str:
    """A settings file with these settings. An unset one is commented out, with an example."""
    lines, section = _comment(f"A change of these two costs: {COSTS['judged']}."), ""
    for row in listed(settings):
        if row["section"] != section:
            section = row["section"]
            told = f"{Settings.model_fields[section].description}. A change costs: {COSTS[row['cost']]}."
            lines += ["", f"[{section}]", *_comment(told)]
        default = "not set" if row["default"] is None else _value(row["default"])
        is_set = row["value"] is not None
        lines += ["", *_comment(f"{row['meaning']} (default: {default})")]
        lines += [f"{'' if is_set else '# '}{row['name']} = {_value(row['value'] if is_set else row['example'])}"]
    return "\n".join(lines)


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, _COLUMNS, initial_indent="# ", subsequent_indent="# ")


def _value(value: Any) -> str:
    """A number, a text, a day, a list of texts or a table of them as TOML."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(n)} = {_value(v)}" for n, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
