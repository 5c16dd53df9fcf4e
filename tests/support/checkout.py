"""The folder of the checkout, and the folder that may be next to it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Real dumps and labelled sets. They are next to the checkout only where the project is developed.
SHARED = ROOT.parent / "shared"
