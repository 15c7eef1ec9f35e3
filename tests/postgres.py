"""A PostgreSQL server for the tests, where the machine has one: its own directory, its own socket, no port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The directory of `initdb` and `postgres`; None where PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return found[-1] if found else None


@contextmanager
def running_server() -> Iterator[str]:
    """The URL of a server's first database, `{name}` left open: format it with a database's name."""
    directory = programs()
    assert directory is not None
    # PostgreSQL refuses to run as root; a container's tests often do.
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    as_user = {"user": user} if os.geteuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short, because a socket's path is
    shutil.chown(home, user)
    data, quiet = home / "data", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        initdb = [directory / "initdb", "-D", data, "-U", "tests", "--auth=trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(initdb, check=True, cwd=home, **quiet, **as_user)  # type: ignore[call-overload]
        control = [directory / "pg_ctl", "-D", data, "-w"]
        options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
        start = [*control, "-o", options, "-l", home / "log", "start"]
        subprocess.run(start, check=True, cwd=home, **quiet, **as_user)  # type: ignore[call-overload]
        try:
            yield f"postgresql://tests@/{{name}}?host={home}"
        finally:
            stop = [*control, "-m", "immediate", "stop"]
            subprocess.run(stop, check=True, cwd=home, **quiet, **as_user)  # type: ignore[call-overload]
    finally:
        shutil.rmtree(home, ignore_errors=True)
