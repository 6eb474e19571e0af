"""What a role may do, and where."""

import pytest

from hub.toegang.model import MAG, ROLLEN, Wie


def test_every_right_is_held_by_roles_that_exist() -> None:
    assert {rol for rollen in MAG.values() for rol in rollen} == set(ROLLEN)
    assert all("beheerder" in rollen for rollen in MAG.values())


@pytest.mark.parametrize(
    ("wie", "mag"),
    [
        (Wie("a", "meldkamer"), True),
        (Wie("a", "meldkamer", ("GM0344",)), True),
        (Wie("a", "meldkamer", ("VR09",)), True),
        (Wie("a", "meldkamer", ("GM0363",)), False),
        (Wie("a", "gemeente"), False),
        (Wie("a", "gemeente", ("GM0344",)), True),
    ],
)
def test_regions_limit_where(wie: Wie, mag: bool) -> None:
    assert wie.mag_gebied("GM0344", "VR09") is mag


def test_a_gemeente_starts_preventie_only() -> None:
    wie = Wie("a", "gemeente", ("GM0344",))
    assert wie.mag_soort("preventie")
    assert not wie.mag_soort("tijdkritisch")
