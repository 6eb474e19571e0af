"""Draw all portraits: python -m hub.demo.tekeningen --uit MAP."""

import argparse
import sys
from pathlib import Path

from hub.demo.tekeningen.reeks import teken_alle


def main() -> None:
    """Read the folder from the command line and draw the six portraits into it."""
    lezer = argparse.ArgumentParser(description="Teken de zes portretten voor de demo.")
    lezer.add_argument("--uit", type=Path, required=True, metavar="MAP", help="map voor de plaatjes")
    for pad in teken_alle(lezer.parse_args().uit):
        sys.stdout.write(f"{pad}\n")


if __name__ == "__main__":
    main()
