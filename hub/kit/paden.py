"""Why the hub cannot keep something in a folder or a file, in Dutch; looking changes nothing."""

import errno
import os
from pathlib import Path

KERNEL = ("/proc", "/sys")
"""Folders that say to root that it may write in them, and then refuse."""
REDENEN = {
    errno.EACCES: "de hub heeft er geen rechten",
    errno.EPERM: "de hub heeft er geen rechten",
    errno.ENOENT: "het bestaat niet",
    errno.ENOTDIR: "een deel van het pad is een bestand, geen map",
    errno.EISDIR: "het is een map, geen bestand",
    errno.EEXIST: "er staat al iets met die naam",
    errno.EROFS: "de schijf is alleen te lezen",
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "de ruimte die u mag gebruiken is vol",
    errno.ENAMETOOLONG: "de naam is te lang",
    errno.ELOOP: "het pad verwijst naar zichzelf",
    errno.EIO: "de schijf geeft een fout",
}


def reden(error: OSError) -> str:
    """What the system refused, in Dutch; its number where the words are not known here."""
    return REDENEN.get(error.errno or 0, f"systeemfout {error.errno or type(error).__name__}")


def folder_fault(folder: Path) -> str:
    """Why nothing can be made in this folder, with what to do; empty when it can. A missing folder is made later."""
    there = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), folder)
    if not there.is_dir():
        return f"{there} is geen map. Kies een ander pad."
    if any(there.is_relative_to(place) for place in KERNEL):
        return f"in {there} kan niemand iets bewaren. Kies een ander pad."
    if not os.access(there, os.W_OK | os.X_OK):
        missing = f"de map {folder} bestaat niet, en " if there != folder else ""
        return f"{missing}de hub mag niet schrijven in {there}. Geef de hub daar rechten, of kies een ander pad."
    return ""


def file_fault(path: Path, mode: int = os.R_OK | os.W_OK) -> str:
    """Why this file cannot be used, or made where it is missing; empty when it can."""
    if path.is_dir():
        return f"{path} is een map. Zet er de naam van een bestand achter."
    if path.exists() and not os.access(path, mode):
        return f"de hub mag {path} niet lezen of schrijven. Geef de hub rechten op dit bestand."
    return folder_fault(path.parent)
