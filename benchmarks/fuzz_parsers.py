"""Coverage-guided fuzzing: atheris looks for inputs that reach new lines of the extractors, starting from the
fixtures.

python -m benchmarks.fuzz_parsers CORPUS_FOLDER [-runs=N] [-max_total_time=SECONDS]

Needs `pip install atheris`, which papersieve does not depend on. `benchmarks.soak` says what an input may result in;
anything else ends the run, and libFuzzer keeps the input. Further options are libFuzzer's.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["papersieve.pipeline.extract", "bibtexparser"]):
    from tests.support.damaged_dumps import LIMITS, fixtures, judge

_PATH = Path(tempfile.mkdtemp()) / "dump"


def read_one(data: bytes) -> None:
    """Read one input as a dump."""
    _PATH.write_bytes(data)
    judge(_PATH, LIMITS)


def main() -> None:
    """Fill the corpus with the fixtures, and fuzz."""
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(fixtures()):
        (corpus / f"fixture-{number}").write_bytes(data)
    atheris.Setup([*sys.argv, "-max_len=20000", "-timeout=60", "-rss_limit_mb=1024"], read_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
