"""Install the real servers for `make test-peers`, from the package indexes alone: a homeserver and a mail server in
.venv-peers, and Bluesky's own server with its directory in build/peers.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.setup_assets import ROOT, npm

VENV, NODE = ROOT / ".venv-peers", ROOT / "build" / "peers"


def python_servers() -> None:
    """Synapse and aiosmtpd, apart from the hub's own packages."""
    venv.create(VENV, clear=True, with_pip=True)
    pip = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", ROOT / "requirements-peers.lock"], check=True)


def node_servers() -> None:
    """Bluesky's server. Only its database is built, here and from source; no other package runs a script."""
    command = npm()
    NODE.mkdir(parents=True, exist_ok=True)
    for name in (".npmrc", "tests/peers/package.json", "tests/peers/package-lock.json"):
        shutil.copy(ROOT / name, NODE)
    subprocess.run([*command, "ci", "--silent", "--no-progress"], cwd=NODE, check=True, stdin=subprocess.DEVNULL)
    build = [*command, "rebuild", "better-sqlite3", "--ignore-scripts=false", "--silent"]
    subprocess.run(build, cwd=NODE, check=True, stdin=subprocess.DEVNULL, env={**os.environ, **_build_settings()})


def _build_settings() -> dict[str, str]:
    """Compile with the headers that came with Node itself, where they did; otherwise node-gyp fetches them."""
    node = subprocess.run(["node", "-p", "process.execPath"], check=True, capture_output=True, text=True).stdout
    prefix = Path(node.strip()).resolve().parents[1]
    headers = {"npm_config_nodedir": str(prefix)} if (prefix / "include" / "node" / "node.h").exists() else {}
    return {"npm_config_build_from_source": "true", **headers}


if __name__ == "__main__":
    python_servers()
    node_servers()
