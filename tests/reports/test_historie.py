"""The printed figures of 2021: all of them, as printed, once."""

from sqlalchemy import func, select

from hub.kit.db import Db
from hub.reports.historie import Ingelezen, definities, import_burgernet_2021
from hub.reports.tables import ReeksRij


def value(db: Db, reeks: str, kolom: str, gemeente: str = "") -> float | None:
    where = (ReeksRij.reeks == reeks, ReeksRij.kolom == kolom, ReeksRij.gemeente == gemeente)
    return db.read_sync(lambda s: s.scalars(select(ReeksRij.waarde).where(*where)).one())


def test_every_cell_of_every_table_is_there_once(burgernet: Db) -> None:
    counts = dict(
        burgernet.read_sync(
            lambda s: [tuple(row) for row in s.execute(select(ReeksRij.reeks, func.count()).group_by(ReeksRij.reeks))]
        )
    )
    assert counts == {
        "mn-acties-reacties": 38 * 4,
        "mn-deelnemers": 38 * 5,
        "mn-appdownloads": 39 * 13,
        "mn-types": 12 * 2,
        "mn-kerncijfers": 20,
        "nl-kerncijfers": 21,
        "controles": 21 * 3,
    }


def test_a_second_import_changes_nothing(burgernet: Db) -> None:
    assert burgernet.write_sync(import_burgernet_2021) == Ingelezen(nieuw=0, gewijzigd=0, ongewijzigd=977)


def test_an_import_puts_a_changed_figure_right(burgernet: Db) -> None:
    def spoil(session: object) -> None:
        row = session.scalars(select(ReeksRij).where(ReeksRij.kolom == "t0_acties")).one()  # type: ignore[attr-defined]
        row.waarde = 1

    burgernet.write_sync(spoil)
    assert burgernet.write_sync(import_burgernet_2021).gewijzigd == 1
    assert value(burgernet, "mn-kerncijfers", "t0_acties") == 793


def test_figures_stand_as_printed(burgernet: Db) -> None:
    assert value(burgernet, "mn-acties-reacties", "aantal_reacties_app", "GM0344") == 206
    assert value(burgernet, "mn-acties-reacties", "aantal_reacties_app", "GM0335") is None
    assert value(burgernet, "mn-appdownloads", "totaal", "GM0457") == 234
    assert value(burgernet, "mn-deelnemers", "percentage_sms_spraak", "GM0736") == 16.0
    assert value(burgernet, "mn-types", "Vermist persoon: aantal") == 570
    assert value(burgernet, "nl-kerncijfers", "meldkameracties_succesvol") == 25.9
    assert value(burgernet, "nl-kerncijfers", "tijdkritische_acties_met_reactie") is None
    assert value(burgernet, "controles", "12: verschil") == -100


def test_the_printed_spelling_is_kept(burgernet: Db) -> None:
    where = (ReeksRij.reeks == "mn-acties-reacties", ReeksRij.gemeente == "GM1581")
    names = burgernet.read_sync(lambda s: set(s.scalars(select(ReeksRij.naam_gedrukt).where(*where))))
    assert names == {"UTRECHTSE HEUVELRIJ"}


def test_texts_fit_their_columns(burgernet: Db) -> None:
    rows = burgernet.read_sync(lambda s: list(s.scalars(select(ReeksRij))))
    assert all(len(row.kolom) <= 60 and len(row.naam_gedrukt) <= 80 and len(row.eenheid) <= 20 for row in rows)


def test_every_term_has_a_definition() -> None:
    assert len(definities()) == 11
    assert all(term.definitie.endswith(".") for term in definities().values())
