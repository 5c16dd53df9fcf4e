"""Fixtures that several rooms share."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipeline.sample import make_sample

settings.register_profile("papersieve", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("papersieve")

ROOT = Path(__file__).parents[1]

#: Real dumps and labelled sets lie beside the checkout where the project is developed, and nowhere else.
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the real dumps are not beside this checkout (../shared)")
    return SHARED


@pytest.fixture(scope="session")
def sample():
    return make_sample(papers=60)


@pytest.fixture
def sample_folder(sample, tmp_path) -> Path:
    folder = tmp_path / "dumps"
    folder.mkdir()
    for name, text in sample.dumps.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
