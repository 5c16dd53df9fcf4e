"""Dagster's code location: `dagster dev -m papersieve.assets` loads `defs` from here."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from papersieve.assets.definitions import defs

__all__ = ["defs"]


def __dir__() -> list[str]:
    """The names in which Dagster looks for definitions."""
    return [*globals(), *__all__]


def __getattr__(name: str) -> Any:
    """Load the definitions on first use, so that one module of this package can be imported alone."""
    if name != "defs":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from papersieve.pipeline.extras import needs

    with needs("dagster", "Dagster's page"):
        from papersieve.assets.definitions import defs
    return defs
