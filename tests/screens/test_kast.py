"""Pictures that share pieces are counted by what each has of its own."""

from dataclasses import dataclass

from hub.screens.kast import Kast


@dataclass(frozen=True)
class Plaat:
    actie_id: str
    gedeeld: tuple[bytes, ...]
    eigen: tuple[bytes, ...]


GEDEELD = (b"x" * 400, b"y" * 100)


def _kast(limit: int) -> Kast[int, Plaat]:
    kast = Kast[int, Plaat](limit)
    for number in range(20):
        kast.put(number, Plaat("een", GEDEELD, (b"z" * 10,)))
    return kast


def test_what_is_shared_counts_once_so_that_all_of_them_stay() -> None:
    kast = _kast(700)
    assert kast.bytes == 500 + 20 * 10
    assert len(kast.all()) == 20


def test_the_least_used_goes_first() -> None:
    kast = _kast(700)
    assert kast.get(0, used=True) is not None
    kast.put(20, Plaat("een", GEDEELD, (b"z" * 10,)))
    assert kast.get(0) is not None
    assert kast.get(1) is None
    assert kast.bytes == 700


def test_a_picture_that_shares_nothing_pushes_out_what_it_needs_and_one_always_fits() -> None:
    kast = _kast(700)
    kast.put(0, Plaat("twee", (b"w" * 900,), ()))
    assert [plaat.actie_id for plaat in kast.all()] == ["twee"]
    assert kast.bytes == 900


def test_dropping_an_actie_leaves_the_others_and_no_bytes_behind() -> None:
    kast = _kast(5000)
    kast.put(99, Plaat("twee", (b"w" * 40,), ()))
    kast.drop("een")
    assert [plaat.actie_id for plaat in kast.all()] == ["twee"]
    assert kast.bytes == 40
