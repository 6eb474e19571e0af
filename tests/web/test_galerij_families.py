"""The gallery shows the families that there are, under a title for people."""

from hub.app import PARTS
from hub.web.ui.galerij import FAMILIES


def test_every_family_has_a_title() -> None:
    renderer = PARTS.renderer()
    assert {renderer.about(naam).familie for naam in renderer.formats()} == set(FAMILIES)
