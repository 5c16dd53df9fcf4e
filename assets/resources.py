"""The places of dumps, store and warehouse, the names of the definitions that use them, and the settings of a run."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import dagster as dg
from pydantic import Field, create_model
from pydantic.fields import FieldInfo

from papersieve.pipeline.errors import BusyError, PapersieveError, SettingsError
from papersieve.pipeline.settings import SECTIONS, Settings
from papersieve.pipeline.settings_file import load_settings, parse_settings
from papersieve.warehouse.locks import Hold
from papersieve.warehouse.published.owner import refuse_lost
from papersieve.warehouse.store.engine import LOCAL, Engine
from papersieve.warehouse.store.store import Store
from papersieve.warehouse.store.store_file import hold_store

#: How long a step waits for the store, and how often and when it tries again, while a long `papersieve run` ends.
WAIT_SECONDS, RETRIES, RETRY_SECONDS = 30.0, 3, 60.0


@contextmanager
def foreseen(renamed: Callable[[str], str] = str) -> Iterator[None]:
    """Fail a step with the message alone if that says what to do; try again if the store is in use.

    renamed: puts the names that are used here into the message.
    """
    try:
        yield
    except BusyError as busy:
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=RETRY_SECONDS) from busy
    except PapersieveError as fault:
        raise dg.Failure(renamed(str(fault)), allow_retries=False) from None


def _as_config(name: str, annotation: Any) -> Any:
    """The type of a setting for Dagster. A choice of a few words becomes an enumeration, which the launchpad offers and
    checks.

    Days and texts with a pattern become plain texts: Dagster knows neither, and the settings check them.
    """
    if date in get_args(annotation):
        return str
    if get_origin(annotation) is dict:
        return dict[str, str]
    if get_origin(annotation) is not Literal:
        return annotation
    return Enum(name, {word: word for word in get_args(annotation)})


def _as_field(name: str, setting: FieldInfo, base: type) -> tuple[Any, Any]:
    """An empty field for a setting. A section becomes a group of fields."""
    if section := SECTIONS.get(name):
        fields: dict[str, Any] = {n: _as_field(n, field, base) for n, field in section.model_fields.items()}
        group: type[Any] = create_model(section.__name__, __base__=base, **fields)
        return group, Field(default_factory=group, description=setting.description)
    default = "" if setting.default in (None, {}) else f" (default {setting.default})"
    return _as_config(name, setting.annotation) | None, Field(None, description=f"{setting.description}{default}")


def _fields(names: Iterable[str], base: type) -> dict[str, Any]:
    """An empty field for each of these settings. Dagster checks their types."""
    return {name: _as_field(name, Settings.model_fields[name], base) for name in names}


#: Settings that a single run can change. How dumps are fetched and read must stay the same.
_RUN_SETTINGS = [name for name in Settings.model_fields if name not in ("reading", "fetch")]


class LastingSettings(create_model("_Lasting", __base__=dg.Model, **_fields(Settings.model_fields, dg.Model))):  # type: ignore[misc]
    """Settings of all runs. An empty field has the value of the settings file."""


_FIELD_OF_VARIABLE = {
    "PAPERSIEVE_DUMPS": "`dump_folder`",
    "PAPERSIEVE_SETTINGS": "`settings_file`",
    "PAPERSIEVE_WITHDRAW_REMOVED=1": "`withdraw_removed: true`",
    "PAPERSIEVE_NOTIFY": "`notify_command`",
}


class Places(dg.Model):
    """One dump folder, the store that it fills, and the warehouse that is published from it."""

    dump_folder: str = Field(description="folder of dumps, read with all folders below it")
    store: str = Field(description="working store: a DuckDB file that only papersieve opens")
    warehouse: str = Field(description="published warehouse: a DuckDB file for many readers")
    settings_file: str | None = Field(default=None, description="TOML file of settings; without one, the defaults")
    settings: LastingSettings = Field(
        default_factory=LastingSettings, description="settings that override those of the file"
    )
    schedule: str = Field(default="0 6 * * *", description="cron expression of the daily refresh")
    fetch_schedule: str = Field(
        default="30 6 * * *",
        description="cron expression of the fetch; arXiv and Hugging Face have completed a day 6 hours after it ends in UTC",
    )
    timezone: str = Field(default="UTC", description="time zone of both schedules")
    key_prefix: str | None = Field(
        default=None, description="prefix of the names of all assets, jobs, schedules and sensors"
    )
    withdraw_removed: bool = Field(
        default=False,
        description="withdraw a dump when its file is removed; otherwise the dump stays and a warning names it",
    )
    notify_command: str | None = Field(
        default=None, description="program that receives each failed check as JSON on stdin; the log has them too"
    )
    lake: str | None = Field(
        default=None, description="folder that Spark and its workers can reach; without it, Spark is not used"
    )
    master: str = Field(default="local[*]", description="Spark's master, used if `lake` is set")

    def key(self, asset: str) -> dg.AssetKey:
        """The key of an asset, with the prefix, because a project can have several components."""
        return dg.AssetKey([self.key_prefix, asset] if self.key_prefix else [asset])

    def named(self, name: str) -> str:
        """The name of a step, job, sensor, pool or resource, with the prefix."""
        return f"{self.key_prefix}__{name}" if self.key_prefix else name

    def renamed(self, text: str) -> str:
        """The message with the names that steps and resources have here, and with fields instead of environment
        variables.
        """
        if self.key_prefix is None:  # not a component; its prefix may be empty
            return text
        for variable, field in _FIELD_OF_VARIABLE.items():
            text = text.replace(variable, field)
        return re.sub(r"(?<={)ingestion(?=:)", lambda found: self.named(found[0]), text)

    def owns(self, key: dg.AssetKey) -> bool:
        """Whether an asset belongs to these places."""
        return key.path[:-1] == ([self.key_prefix] if self.key_prefix else [])

    def base_settings(self) -> Settings:
        """The settings of all runs. Raises SettingsError with every problem."""
        base = load_settings(Path(self.settings_file) if self.settings_file else None)
        source = f"{self.key_prefix or 'papersieve'}, settings"
        return settings_over(base, _given(self.settings, Settings.model_fields), source)

    def settings_of_run(self, context: Any) -> Settings:
        """The settings of the run that a step belongs to. Fails the step with every problem at once."""
        with foreseen(self.renamed):
            return self.given_to_run(context).over(self)

    def given_to_run(self, context: Any) -> "RunSettings":
        """The settings in the run config."""
        given: RunSettings = getattr(context.resources, self.named("settings"))
        return given

    @contextmanager
    def hold_store(self, wait_seconds: float = WAIT_SECONDS) -> Iterator[Hold]:
        """Keep all other commands out of the store. Errors in the body are handled as by `foreseen`."""
        place = Path(self.store)
        place.parent.mkdir(parents=True, exist_ok=True)
        with foreseen(self.renamed), hold_store(place, wait_seconds) as held:
            refuse_lost(place, Path(self.warehouse))
            yield held

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        """Hold the store and open it."""
        with self.hold_store() as held, Store(held.place, wait_seconds=WAIT_SECONDS, held=held) as store:
            yield store

    def engine(self) -> Engine:
        """The engine that computes the stages. With Spark, the first pending one starts a session for its context."""
        if self.lake is None:
            return LOCAL
        from papersieve.warehouse.store.spark_engine import SparkEngine

        return SparkEngine(self.lake, self.master)


class RunSettings(create_model("_Fields", __base__=dg.ConfigurableResource[None], **_fields(_RUN_SETTINGS, dg.Config))):  # type: ignore[misc]
    """Settings for this run alone. An empty field has the value of the settings file."""

    def over(self, places: Places) -> Settings:
        """The settings of all runs, overridden by these. Raises SettingsError with every problem."""
        source = f"the run's config, resources.{places.named('settings')}"
        return settings_over(places.base_settings(), self.given(), source)

    def given(self) -> dict[str, Any]:
        """The settings that the run was given."""
        return _given(self, _RUN_SETTINGS)


def run_settings(places: Places) -> dg.ResourceDefinition:
    """`RunSettings` as a resource. The launchpad refuses values that can't be used before it starts a run."""

    def checked(config: dict[str, Any]) -> dict[str, Any]:
        if given := _given(config, _RUN_SETTINGS):
            try:
                RunSettings(**given).over(places)
            except SettingsError as error:
                raise dg.DagsterInvalidConfigError(str(error), [], config) from None  # type: ignore[no-untyped-call]
        return given

    resource: dg.ResourceDefinition = RunSettings().get_resource_definition()
    return resource.configured(checked, config_schema=RunSettings.to_config_schema())


def settings_over(base: Settings, given: dict[str, Any], source: str) -> Settings:
    """The base settings, overridden by the given ones. Raises SettingsError with every problem."""
    values = base.model_dump()
    laid_over = {name: values[name] | value if isinstance(value, dict) else value for name, value in given.items()}
    return parse_settings(values | laid_over, source=source) if given else base


def _given(config: Any, names: Iterable[str]) -> dict[str, Any]:
    """The fields of an object or mapping that are not empty, by name, in sections too; enumerations become words."""
    values = {name: config.get(name) if isinstance(config, dict) else getattr(config, name, None) for name in names}
    for name in values.keys() & SECTIONS.keys():
        values[name] = _given(values[name] or {}, SECTIONS[name].model_fields) or None
    return {n: v.value if isinstance(v, Enum) else v for n, v in values.items() if v is not None}
