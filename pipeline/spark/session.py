"""A Spark session that can run our steps: its settings, and this package on the workers."""

import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from papersieve.pipeline.errors import PapersieveError
from papersieve.pipeline.extras import needs

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: The oldest Java that Spark 4 runs on.
MIN_JAVA = 17

#: Folders of the packages that the workers import.
_PACKAGES = ("papersieve/pipeline", "papersieve/checks")

_PACKED = "papersieve_packages.zip"

#: Seconds in which a master must answer. Spark itself would try for a minute, and then not name the master.
_MASTER_SECONDS = 5.0

_CONFIG = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "20000",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # otherwise an id such as 12e4… becomes a number
    "spark.executorEnv.PYTHONSAFEPATH": "1",  # otherwise a folder `pipeline` where a worker starts hides the shipped one
}


class SparkError(PapersieveError):
    """Spark can't be started here; the message says what is missing and how to get it."""


def connect(master: str, config: dict[str, str] | None = None) -> "SparkSession":
    """Return a session on a master.

    config: Spark's own settings, which override ours. The workers get `pipeline` and `checks` as a zip file; the
    packages that these import have to be installed there (`pip install papersieve`). If this process already has a
    session, it is returned. Raises MissingPackageError without PySpark; SparkError without Java, or if no master of a
    standalone cluster answers.
    """
    with needs("spark", "Spark"):
        from pyspark.sql import SparkSession
    _require_java()
    _require_master(master)
    builder = SparkSession.builder.master(master).appName("papersieve")
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # otherwise workers run the first python3 on PATH
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    elif os.environ.get("SPARK_LOCAL_IP") == "127.0.0.1" and "spark.driver.host" not in (config or {}):
        # Pandera sets it if it is unset, and workers elsewhere could not reach this process.
        del os.environ["SPARK_LOCAL_IP"]
    for name, value in {**_CONFIG, **(config or {})}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    ship(session)
    return session


def is_connected() -> bool:
    """Whether this process has a Spark session."""
    if "pyspark" not in sys.modules:
        return False
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession() is not None


def ship(session: "SparkSession") -> None:
    """Send our packages to the workers. Spark sends functions by name, so the workers need their modules."""
    if any(place.endswith(_PACKED) for place in session.sparkContext.listFiles):
        return
    aside = Path(tempfile.mkdtemp(prefix="papersieve-"))
    atexit.register(shutil.rmtree, aside, ignore_errors=True)  # workers fetch it when their first task starts
    session.sparkContext.addPyFile(str(pack(aside / _PACKED)))


def pack(path: Path) -> Path:
    """Write our packages, with their data files, to a zip file."""
    root = Path(__file__).parents[3]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(root / "papersieve" / "__init__.py", "papersieve/__init__.py")
        for name in _PACKAGES:
            for file in sorted((root / name).rglob("*")):
                if file.suffix in (".py", ".json"):
                    archive.write(file, file.relative_to(root))
    return path


def _require_java() -> None:
    wanted = f"Spark: expected Java {MIN_JAVA} or newer (on PATH, or named by JAVA_HOME)"
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    if not java:
        raise SparkError(f"{wanted}, found none. Install a JDK, such as OpenJDK {MIN_JAVA}.")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60).stderr
    found = re.search(r'version "(\d+)(?:\.(\d+))?', told)
    version = int(found[2] if found[1] == "1" and found[2] else found[1]) if found else 0
    if version < MIN_JAVA:
        raise SparkError(f"{wanted}, found {version or 'one that does not tell its version'} at {java}.")


def _require_master(master: str) -> None:
    """Raise SparkError if no master of a standalone cluster (`spark://host:port,…`) answers. Others are not checked."""
    if not master.startswith("spark://"):
        return
    faults = []
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=_MASTER_SECONDS).close()
            return
        except (OSError, ValueError) as error:
            faults.append(f"{place}: {error}")
    raise SparkError(
        f"{master}: expected a Spark master to answer within {_MASTER_SECONDS:g} s, found none ({'; '.join(faults)}). "
        "Start it, or name another --master (spark://HOST:PORT; local[*] needs none)."
    )
