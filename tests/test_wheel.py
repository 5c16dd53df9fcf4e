"""The built wheel in environments that have nothing else: what a user gets from `pip install papersieve`.

Builds, and installs twice, which takes some minutes and 2 GB, so only `make wheel` runs it.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: What the core may weigh with all that it brings, in MB: polars, pyarrow, llvmlite (numba), NumPy and DuckDB alone are
#: 680.
CORE_MB = 850

pytestmark = pytest.mark.wheel

ENVIRON = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("PYTHON", "DAGSTER", "PAPERSIEVE", "VIRTUAL_ENV"))
} | {"DAGSTER_DISABLE_TELEMETRY": "1"}


def call(*command: object, cwd: Path, status: int = 0) -> str:
    """Return what a command prints; it has to end with this status."""
    texts = [str(part) for part in command]
    done = subprocess.run(texts, cwd=cwd, env=ENVIRON, capture_output=True, text=True, check=False)
    assert done.returncode == status, f"{texts}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout + done.stderr


def build(kind: str, source: Path, folder: Path) -> Path:
    """Build a `wheel` or an `sdist` of a source tree by the build backend itself."""
    folder.mkdir(exist_ok=True)
    code = f"from setuptools import build_meta; build_meta.build_{kind}({str(folder)!r})"
    call(sys.executable, "-c", code, cwd=source)
    [built] = folder.iterdir()
    return built


def size_of(place: Path) -> int:
    return sum(path.stat().st_size for path in (place, *place.rglob("*")) if path.is_file())


def files_of(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith(("RECORD", "SOURCES.txt"))}


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """Return a copy of the source tree: a build leaves folders in it, whose files would get into the next wheel."""
    copy = tmp_path_factory.mktemp("source") / "papersieve"
    names = ["assets", "checks", "papersieve", "pipeline", "sample_dumps", "warehouse", "tests"]
    for name in names:
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("LICENSE", "MANIFEST.in", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture(scope="module")
def sdist(source, tmp_path_factory) -> Path:
    return build("sdist", source, tmp_path_factory.mktemp("sdist") / "dist")


@pytest.fixture(scope="module")
def wheel(sdist, tmp_path_factory) -> Path:
    """Return the wheel that is made of the sdist, as an installer makes it."""
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return build("wheel", folder / sdist.name.removesuffix(".tar.gz"), folder / "dist")


def installed(wheel: Path, extra: str, folder: Path) -> Path:
    """Return the folder of programs of a new environment with the wheel and an extra."""
    venv.create(folder, with_pip=True)
    call(folder / "bin/python", "-m", "pip", "install", "--quiet", f"{wheel}{extra}", cwd=folder)
    return folder / "bin"


@pytest.fixture(scope="module")
def core(wheel, tmp_path_factory) -> Path:
    return installed(wheel, "", tmp_path_factory.mktemp("core"))


@pytest.fixture(scope="module")
def with_dagster(wheel, tmp_path_factory) -> Path:
    return installed(wheel, "[dagster]", tmp_path_factory.mktemp("dagster"))


def test_the_sdist_makes_the_wheel_that_the_repository_makes(source, sdist, wheel, tmp_path):
    assert files_of(wheel) == files_of(build("wheel", source, tmp_path / "dist"))
    with tarfile.open(sdist) as archive:
        assert not [member.name for member in archive if member.issym() or "/tests/" in member.name]


def test_the_wheel_has_every_file_of_the_rooms(wheel):
    rooms = [
        path
        for room in ("assets", "checks", "pipeline", "sample_dumps", "warehouse")
        for path in ROOT.glob(f"{room}/**/*")
    ]
    expected = {
        f"papersieve/{path.relative_to(ROOT)}" for path in rooms if path.is_file() and path.parent.name != "__pycache__"
    }
    assert expected | {"papersieve/__init__.py", "papersieve/py.typed"} == {
        name for name in files_of(wheel) if name.startswith("papersieve/")
    }


def test_it_installs_one_name_and_weighs_what_it_may(core):
    [packages] = core.parent.glob("lib/python*/site-packages")
    [record] = packages.glob("papersieve-*.dist-info/RECORD")
    names = {line.split("/")[0].split(",")[0] for line in record.read_text(encoding="utf-8").splitlines()}
    assert names == {"papersieve", record.parent.name, ".."}
    sizes = {path.name: size_of(path) / 1e6 for path in packages.iterdir()}
    total = sum(size for name, size in sizes.items() if not name.startswith(("pip", "setuptools")))
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:8]
    print(f"core: {total:.0f} MB:", ", ".join(f"{name} {size:.0f}" for name, size in heaviest))  # noqa: T201
    assert total <= CORE_MB, heaviest
    assert not {"dagster", "matplotlib", "scipy", "starlette", "uvicorn"} & set(sizes)


def test_the_import_takes_less_than_a_third_of_a_second(core, tmp_path):
    code = "import time; t = time.process_time(); import papersieve; print(time.process_time() - t)"
    assert min(float(call(core / "python", "-c", code, cwd=tmp_path)) for _ in range(3)) <= 0.3


def test_the_demonstration_runs_in_an_empty_folder(core, tmp_path):
    assert "of them wrongly: 0" in call(core / "papersieve", "demo", cwd=tmp_path)
    opened = "papersieve.open_warehouse('data/sample/papersieve.duckdb')"
    asked = f"import papersieve; print({opened}.sql('FROM papers').shape[0] > 100, papersieve.__version__)"
    assert call(core / "python", "-c", asked, cwd=tmp_path).split()[0] == "True"


def test_a_project_with_rooms_of_the_same_names_keeps_its_own(core, tmp_path):
    for name in ("assets", "checks", "pipeline", "warehouse"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"MINE = {name!r}", encoding="utf-8")
    (tmp_path / "main.py").write_text(
        "import assets, checks, papersieve, pipeline, warehouse\n"
        "print(assets.MINE, checks.MINE, pipeline.MINE, warehouse.MINE)\n"
        "clusters, _ = papersieve.deduplicate(['one two three four five six seven eight'] * 2)\n"
        "print(clusters['cluster_no'].to_list())\n",
        encoding="utf-8",
    )
    assert call(core / "python", "main.py", cwd=tmp_path).splitlines()[-2:] == [
        "assets checks pipeline warehouse",
        "[0, 0]",
    ]


def test_a_type_checker_sees_the_types(core, tmp_path):
    code = "import papersieve\nreveal_type(papersieve.match('a.ris'))\npapersieve.deduplicate(1, 2)\n"
    (tmp_path / "main.py").write_text(code, encoding="utf-8")
    told = call(sys.executable, "-m", "mypy", "--python-executable", core / "python", "main.py", cwd=tmp_path, status=1)
    assert "polars.dataframe.frame.DataFrame, polars.dataframe.frame.DataFrame" in told
    assert 'incompatible type "int"; expected "str | None"' in told
    assert "Found 1 error" in told


def test_what_the_core_lacks_it_names(core, tmp_path):
    call(core / "papersieve", "demo", cwd=tmp_path)
    made = tmp_path / "data" / "sample"
    places = ("--store", made / "store.duckdb", "--warehouse", made / "papersieve.duckdb")
    told = call(core / "papersieve", "review", "--port", "0", *places, cwd=tmp_path, status=1)
    assert "pip install 'papersieve[review]'" in told
    assert "Traceback" not in told


def test_dg_finds_the_component(with_dagster, tmp_path):
    code = (
        "from dagster.components.core.package_entry import discover_entry_point_package_objects as found; "
        "print(*(key.to_typename() for key in found() if key.namespace == 'papersieve'))"
    )
    assert call(with_dagster / "python", "-c", code, cwd=tmp_path).split() == ["papersieve.Papersieve"]


def test_dagster_watches_the_current_folder(core, with_dagster, tmp_path):
    call(core / "papersieve", "demo", "data/dumps", "--store", "demo.duckdb", cwd=tmp_path)
    command = ["timeout", "300", with_dagster / "dagster", "dev", "-m", "papersieve.assets", "--port", "0"]
    server = subprocess.Popen(
        [str(part) for part in command], cwd=tmp_path, env=ENVIRON, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True
    )  # fmt: skip
    with server:
        assert any("RUN_SUCCESS" in line for line in server.stdout)
        server.terminate()  # and not its output to the end: a process that dagster leaves behind may hold it for long
    counted = call(core / "papersieve", "query", "SELECT count(*) AS dumps FROM dumps", "--format", "csv", cwd=tmp_path)
    assert counted.split() == ["dumps", "8"]
