"""A Spark session that can run our kernels: settings that hold everywhere, and this package on the workers."""

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import PapersieveError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: The oldest Java that Spark 4 runs on.
MIN_JAVA = 17

#: Folders of the packages that kernels import, beside each other.
_PACKAGES = ("pipeline", "checks")

_CONFIG = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
}


class SparkError(PapersieveError):
    """Spark can't be started here; says what is missing and how to get it."""


def connect(master: str, folder: Path | str, config: dict[str, str] | None = None) -> "SparkSession":
    """Return a session on a master, with checkpoints in folder (any file system that Spark reaches, shared by all workers).

    config: Spark's own settings, which win. The workers get `pipeline` and `checks` as a zip file; what these import
    has to be installed there (`pip install papersieve`). Raises SparkError where PySpark or Java is missing.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SparkError(
            "Spark: expected PySpark 4, found none. Install it with `pip install 'papersieve[spark]'`."
        ) from error
    _require_java()
    builder = SparkSession.builder.master(master).appName("papersieve")
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else workers are the first python3 on PATH
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    for name, value in {**_CONFIG, **(config or {})}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setCheckpointDir(str(folder))
    ship(session)
    return session


def ship(session: "SparkSession") -> None:
    """Put our packages on the workers. Functions of an imported module travel by name, so it must be there."""
    aside = Path(tempfile.mkdtemp(prefix="papersieve-"))
    atexit.register(shutil.rmtree, aside, ignore_errors=True)  # workers fetch it whenever their first task starts
    session.sparkContext.addPyFile(str(pack(aside / "papersieve_kernels.zip")))


def pack(path: Path) -> Path:
    """Write the zip file of our packages, data files included."""
    root = Path(__file__).parents[2]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _PACKAGES:
            for file in sorted((root / name).rglob("*")):
                if file.suffix in (".py", ".json"):
                    archive.write(file, file.relative_to(root))
    return path


def _require_java() -> None:
    wanted = f"Spark: expected Java {MIN_JAVA} or newer (on PATH, or named by JAVA_HOME)"
    java = _java()
    if not java:
        raise SparkError(f"{wanted}, found none. Install a JDK, such as OpenJDK {MIN_JAVA}.")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60).stderr
    found = re.search(r'version "(\d+)(?:\.(\d+))?', told)
    version = int(found[2] if found[1] == "1" and found[2] else found[1]) if found else 0
    if version < MIN_JAVA:
        raise SparkError(f"{wanted}, found {version or 'one that does not tell its version'} at {java}.")


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin" if home else None)
