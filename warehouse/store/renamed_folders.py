"""Places that a store knows by another name than they have
today: their folder was moved, and a link left where it was.
"""

import os
from collections.abc import Iterable
from functools import cache

from papersieve.pipeline.extract.places.address import canonical


def renamed(places: Iterable[str]) -> dict[str, str]:
    """Return today's name of each place that has another one."""
    real = cache(os.path.realpath)  # a folder is asked once
    return {place: name for place in places if (name := canonical(place, real)) != place}


def given_way(held: Iterable[str], names: dict[str, str], placed_at: dict[str, int]) -> list[str]:
    """Places that turn out to be one with a place that came
    later, as the ledger has it: that one is the newest version.
    """
    last: dict[str, str] = {}
    older = []
    for place in sorted(held, key=lambda place: placed_at.get(place, 0)):
        name = names.get(place, place)
        older += [last[name]] if name in last else []
        last[name] = place
    return older
