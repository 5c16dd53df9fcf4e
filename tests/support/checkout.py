"""Where the checkout lies, and what may lie beside it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Real dumps and labelled sets lie beside the checkout where the project is developed, and nowhere else.
SHARED = ROOT.parent / "shared"
