"""Install the Debian packages Actiehub needs, or say in one sentence which are missing.

`libfribidi0` lets Pillow shape text (raqm); a render without it is refused.
Chromium opens the pages in browser tests and screenshots. `libqrencode4` is what a bench measures our QR codes against.
"""

import ctypes.util
import os
import shutil
import subprocess


def missing() -> list[str]:
    """The Debian names of what this machine still lacks."""
    names = []
    if ctypes.util.find_library("fribidi") is None:
        names.append("libfribidi0")
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        names.append("chromium")
    if ctypes.util.find_library("qrencode") is None:
        names.append("libqrencode4")
    return names


def installed(names: list[str]) -> bool:
    """Install the packages where this process may; true when that went well."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], env=environment, check=False, **quiet)
    command = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *names]
    return subprocess.run(command, env=environment, check=False, **quiet).returncode == 0


def main() -> None:
    """Install or tell; never stop the set-up, because most of the hub works without them."""
    names = missing()
    if not names:
        return
    print(f"Installing Debian packages: {' '.join(names)}", flush=True)
    if not installed(names):
        print(f"Please install these Debian packages (or their like on your system): {' '.join(names)}.")


if __name__ == "__main__":
    main()
