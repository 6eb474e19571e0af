"""Install the real servers for `make test-peers`, from the package indexes alone.

A homeserver, a mail server and Node go in .venv-peers, Bluesky's own server with its directory in build/peers.
"""

import os
import shutil
import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV, NODE = ROOT / ".venv-peers", ROOT / "build" / "peers"
BIN = VENV / "bin"


def python_servers() -> None:
    """Synapse and aiosmtpd, apart from the hub's own packages, and the Node under which Bluesky's server runs."""
    venv.create(VENV, clear=True, with_pip=True)
    pip = [BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", ROOT / "requirements-peers.lock"], check=True)


def node_servers() -> None:
    """Bluesky's server. Only its database is built, here and from source; no other package runs a script."""
    NODE.mkdir(parents=True, exist_ok=True)
    for name in (".npmrc", "tests/peers/package.json", "tests/peers/package-lock.json"):
        shutil.copy(ROOT / name, NODE)
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    told = subprocess.run([BIN / "node", "-p", "process.execPath"], check=True, capture_output=True, text=True).stdout
    # The headers came with this Node; node-gyp would fetch them elsewhere.
    build = {"npm_config_build_from_source": "true", "npm_config_nodedir": str(Path(told.strip()).parents[1])}
    for step in (["ci", "--no-progress"], ["rebuild", "better-sqlite3", "--ignore-scripts=false"]):
        command = [BIN / "npm", *step, "--silent"]
        subprocess.run(command, cwd=NODE, check=True, stdin=subprocess.DEVNULL, env={**env, **build})


if __name__ == "__main__":
    python_servers()
    node_servers()
