"""Previews: per kanaal the text as posted with its picture, per format the poster, and who gets nothing and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from hub.acties import gemeenten, rules
from hub.acties import store as acties
from hub.acties.model import Actie, FotoInfo
from hub.acties.view import EINDE, view
from hub.content import ActieView, Foto, Image, Keuring, NietTeTekenen, Thema
from hub.desk.plannen import Voorbeeld
from hub.screens import rules as schermregels
from hub.screens import store as screens
from hub.screens.model import Scherm
from hub.screens.verdeling import others
from hub.toegang.model import Wie
from hub.web import keuring
from hub.web.atelier import Gone
from hub.web.deps import Deps
from hub.web.ui import op_schermen, woorden
from hub.web.ui.bewaring import Bewaring, Schets
from hub.web.zicht import may_preview

GROOT = 720
"""Longest side of a preview in pixels: sharp on a page, quick to draw."""
POSTERS: Mapping[str, str] = {
    "staand-1080x1920": "Staand scherm",
    "breed-1920x1080": "Liggend scherm",
    "banier-970x250": "Banier op een website",
}


@dataclass(frozen=True, slots=True)
class KanaalBeeld:
    """What one kanaal gets. `mist`: what it cannot do, to know before it is chosen."""

    naam: str
    netwerk: str
    tekst: str
    alt: str
    teller: int
    maximum: int
    beeld: str
    breedte: int
    hoogte: int
    met_foto: bool
    foto_regel: str
    mist: tuple[str, ...]
    handmatig: bool
    melding: str


@dataclass(frozen=True, slots=True)
class PosterBeeld:
    """One poster: the address of its preview and its own size."""

    titel: str
    beeld: str
    breedte: int
    hoogte: int


@dataclass(frozen=True, slots=True)
class Overzicht:
    """Everything section 3 shows. `geen_kanaal` and `geen_scherm`: (who or how many, why not). `andere_actie`: which
    others have some of the `schermen` now, and what becomes of them; it is shown `meteen` on the rest.

    `alle`: where every format can be seen; empty for who may see no pictures of it yet.
    """

    kanalen: tuple[KanaalBeeld, ...]
    geen_kanaal: tuple[tuple[str, str], ...]
    posters: tuple[PosterBeeld, ...]
    alle: str
    schermen: int
    meteen: int
    andere_actie: tuple[str, ...]
    geen_scherm: tuple[tuple[str, str], ...]
    foto_op_scherm: str
    waarschuwingen: tuple[str, ...]
    plaats: str

    @property
    def kanaalnamen(self) -> str:
        """The kanalen as a sentence names them."""
        names = [kanaal.naam for kanaal in self.kanalen]
        return " en ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


class Voorbeelden:
    """Makes previews with the functions that post and draw."""

    def __init__(self, deps: Deps, bewaring: Bewaring) -> None:
        self._deps, self._bewaring = deps, bewaring

    async def overview(
        self, actie: Actie, wie: Wie, *, foto: str = "", focus: tuple[float, float] = (0.5, 0.35), stil: bool = False
    ) -> Overzicht:
        """The previews of an actie, stored or not. `foto` is a kept photo; `stil`: faults are shown elsewhere."""
        deps = self._deps
        shown = view(actie, deps.config)
        stored = await deps.db.read(lambda s: acties.get(s, actie.id)) is not None
        photo = keuring.photo_rule(actie)
        schets = self._bewaring.sketch(
            wie.naam, shown, actie_id=actie.id if stored else "", foto=foto, focus=focus, foto_mag=photo.mag
        )
        found = await deps.desk.previews(actie)
        goes, stays = await deps.db.read(lambda s: _schermen(s, shown))
        anders = others(deps.screens, shown, goes)
        place = gemeenten.find(actie.gemeente)
        sizes = deps.renderer.formats()
        overzicht = Overzicht(
            kanalen=tuple(self._kanaal(item, schets, sizes, actie) for item in found if item.draft is not None),
            geen_kanaal=tuple((item.account.kanaal.naam, item.reden) for item in found if item.draft is None),
            posters=tuple(
                PosterBeeld(titel, _address(schets, naam, photo.mag and actie.foto is not None), *sizes[naam])
                for naam, titel in POSTERS.items()
                if naam in sizes
            ),
            alle=f"/acties/{actie.id}/posters" if stored else f"/acties/voorbeeld/{schets}",
            schermen=len(goes),
            meteen=len(goes) - sum(1 for ander in anders.values() if not ander.wijkt),
            andere_actie=op_schermen.at_start(anders, len(goes), deps.clock.now()),
            geen_scherm=stays,
            foto_op_scherm=photo.uitleg if actie.foto is not None else "",
            waarschuwingen=() if stil else tuple(dict.fromkeys(text for _, text in rules.warnings(actie.as_invoer()))),
            plaats=place.naam if place else actie.gemeente,
        )
        return overzicht if may_preview(actie, wie) else _without_pictures(overzicht)

    async def verdicts(self, schets: Schets, thema: Thema, gone: Gone) -> Mapping[str, Keuring]:
        """What the check says of every format of a sketch; raises Vertrokken when the visitor has `gone`."""
        fotos = await self.fotos(schets)
        try:
            return await keuring.verdicts(self._deps, schets.view, fotos, thema, gone)
        finally:
            self._forget_dropped(schets, fotos)

    async def picture(
        self, schets: Schets, formaat: str, met_foto: bool, gone: Gone, thema: Thema = "gewoon", *, heel: bool = False
    ) -> Image | None:
        """Draw one preview, `heel` as large as it leaves; None for an unknown format, for what cannot be drawn, or
        when the actie has ended since. Raises Vertrokken when the visitor has `gone`."""
        deps = self._deps
        sizes = deps.renderer.formats()
        if formaat not in sizes or await self._over(schets):
            return None
        fotos = await self.fotos(schets) if met_foto else ()
        request = keuring.order(deps, formaat, schets.view, fotos, thema)
        width, height = sizes[formaat]
        scale = 1.0 if heel else min(1.0, GROOT / max(width, height))
        try:
            drawn = await deps.atelier.draw(request, round(width * scale), round(height * scale), gone)
        except NietTeTekenen:
            return None
        finally:
            self._forget_dropped(schets, fotos)
        if await self._over(schets):
            # It ended while this was drawn: the renderer may have looked at the photo after it was told to forget.
            deps.screens.renders.drop(schets.actie_id)
            return None
        return drawn

    async def fotos(self, schets: Schets) -> tuple[Foto, ...]:
        """The photos of a sketch, where policy lets them be seen."""
        if not schets.foto_mag or schets.view.stand == "slot":
            return ()
        if schets.actie_id:
            return await self._deps.db.read(lambda s: acties.load_fotos(s, self._deps.vault, schets.actie_id))
        kept = self._bewaring.foto_of(schets)
        return (kept,) if kept is not None else ()

    def _forget_dropped(self, schets: Schets, fotos: tuple[Foto, ...]) -> None:
        """A kept photo that was dropped while it was looked at: the renderer may have kept it since."""
        if fotos and not schets.actie_id and self._bewaring.foto_of(schets) is None:
            self._deps.renderer.forget_photos()

    async def _over(self, schets: Schets) -> bool:
        """Whether a stored actie has ended since it was sketched."""
        if not schets.actie_id or schets.view.stand == "slot":
            return False
        return await self._deps.db.read(lambda s: _ended(s, schets.actie_id))

    def with_photo(self, actie: Actie, foto: str, toestemming: bool) -> Actie:
        """The unsaved actie as if the kept photo were attached, so that previews show what would happen."""
        if not foto:
            return actie
        return replace(actie, foto=FotoInfo("voorbeeld", foto, 0, 0, 0.5, 0.5, toestemming))

    def _kanaal(self, item: Voorbeeld, schets: str, sizes: Mapping[str, tuple[int, int]], actie: Actie) -> KanaalBeeld:
        draft, account = item.draft, item.account
        if draft is None:
            raise ValueError("een kanaal zonder tekst heeft geen voorbeeld")
        width, height = sizes.get(draft.beeld, (0, 0))
        return KanaalBeeld(
            naam=account.kanaal.naam,
            netwerk=self._deps.registry.load(account.kanaal.netwerk).titel,
            tekst=draft.tekst,
            alt=draft.alt,
            teller=draft.teller,
            maximum=draft.maximum,
            beeld=_address(schets, draft.beeld, draft.met_foto) if draft.beeld else "",
            breedte=width,
            hoogte=height,
            met_foto=draft.met_foto,
            foto_regel=item.foto_regel if actie.foto is not None else "Zonder foto.",
            mist=woorden.mist(account.kan),
            handmatig=account.handmatig,
            melding=draft.melding,
        )


def _without_pictures(overzicht: Overzicht) -> Overzicht:
    return replace(overzicht, kanalen=tuple(replace(item, beeld="") for item in overzicht.kanalen), posters=(), alle="")


def _ended(session: Session, actie_id: str) -> bool:
    actie = acties.get(session, actie_id)
    return actie is None or actie.fase in EINDE


def _address(schets: str, formaat: str, met_foto: bool) -> str:
    return f"/acties/voorbeeld/{schets}/{formaat}.jpg" + ("?foto=ja" if met_foto else "")


def _schermen(session: Session, shown: ActieView) -> tuple[list[Scherm], tuple[tuple[str, str], ...]]:
    """The schermen that get it, and for the others: how many and why not."""
    every = screens.all(session)
    why = [(scherm, _reason(scherm, shown)) for scherm in every]
    reasons = Counter(reason for _, reason in why if reason)
    return [scherm for scherm, reason in why if not reason], tuple(
        (woorden.aantal(number, "scherm", "schermen"), reason) for reason, number in reasons.most_common()
    )


def _reason(scherm: Scherm, shown: ActieView) -> str:
    if not scherm.aan:
        return "Staat uit."
    if not schermregels.in_area(scherm, shown):
        return "Buiten het gebied."
    meeting = rules.ontmoet(oefening=shown.oefening, echt=scherm.echt, voorbeeld=shown.voorbeeld)
    if not meeting.mag:
        return meeting.uitleg
    fits = rules.scherm_mag(type=shown.type, scherm_soort=scherm.soort)
    return "" if fits.mag else fits.uitleg
