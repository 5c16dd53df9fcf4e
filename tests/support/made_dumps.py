"""Dumps made in a test: listings and JSON lines of numbered papers, and families of papers for review."""

import json
import random

HEAD = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n\nOct 29\n\n"


def abstract(seed: int) -> str:
    rng = random.Random(seed)
    return " ".join(f"word{rng.randrange(5000)}" for _ in range(120)) + "."


def page(*papers: int) -> str:
    return HEAD + "".join(f"The Paper Number {p} of Many\n\n{abstract(p)}\n\n" for p in papers)


def rows(*numbers: int) -> list[dict]:
    return [
        {
            "title": f"A title of the paper with number {n}",
            "abstract": f"{' '.join(f'w{n}x{place}' for place in range(40))}.",
            "authors": [f"Ann {n}", "Bo Li"],
            "doi": f"10.1000/{n}",
        }
        for n in numbers
    ]


def json_lines(*numbers: int) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows(*numbers))


EVIL = """<img src=x onerror="document.title='taken'"> </h2><script>document.title='taken'</script> 'x'; DROP TABLE papers"""


def family(seed: int, names: list[str]) -> str:
    """Near copies of one text at one place in print, each with its own arXiv id: always for review, never merged."""
    rng = random.Random(seed)
    common = [f"word{rng.randrange(9999)}" for _ in range(90)]
    place = {"venue": "Annals of Desks", "volume": str(seed), "issue": "2", "pages": f"{seed}0-99"}
    rows = [
        {
            "title": f"{name} and the slow light of cold glass",
            "abstract": " ".join(f"other{n}" if n % 30 == 3 * which else word for n, word in enumerate(common)),
            "arxiv_id": f"2401.0{seed}00{which}",
            **place,
        }
        for which, name in enumerate(names, start=1)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)
