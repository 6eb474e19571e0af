"""Turns one actie into the post of one kanaal, within its limits. The preview is this same function."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.compose.counters import COUNTERS, Counter
from hub.compose.shorten import fit, shorten
from hub.compose.templates import GEEN, KINDS, SjabloonFout, Templates, sentence
from hub.content import BEL_LATER, BEL_NU, BEL_TIP, ActieView, Limits

CARD = "kaart-1200x630"
WITH_PHOTO = "breed-1920x1080"
"""Poster formats of a post: the card without photo, and the widest one that has room for a face."""

LEAST: Mapping[str, int] = {"bericht": 40, "signalement": 25, "laatst_gezien": 15, "slottekst": 10, "titel": 10}
"""In which order texts give way when there is no room, and the length below which they are dropped."""

_OPEN = ("publiceren", "corrigeren")


class PastNiet(Exception):
    """Not even the number to call and the link fit on this kanaal; the message is a Dutch sentence."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What one kanaal gets: the text with its count and room, the picture to draw, and the description of it.

    `melding` says what is wrong with the template where the bare text had to stand in for it.
    """

    tekst: str
    alt: str
    beeld: str
    met_foto: bool
    teller: int
    maximum: int
    link: str
    melding: str = ""


def compose(
    templates: Templates,
    view: ActieView,
    *,
    soort: str,
    netwerk: str,
    kanaal: str,
    limits: Limits,
    link_url: str,
    met_foto: bool,
    eigen: Mapping[str, str] = GEEN,
) -> Draft:
    """The post of one kanaal. `soort`: publiceren, corrigeren, sluiten or fout; `eigen`: the own texts of the kanaal.

    Whatever a template leaves out, a post always holds the marker, the link, OEFENING where it is one, and while
    the actie runs "Bel 112". Only the texts around those give way.
    """
    running = soort in _OPEN
    photo = met_foto and running and limits.images and limits.foto
    beeld = (WITH_PHOTO if photo else CARD) if limits.images else ""
    maximum = limits.max_text_with_image if beeld else limits.max_text
    counter = COUNTERS[limits.counter]
    stem = _stem(soort, view)
    eerder = templates.pick(_stem("publiceren", view), netwerk, kanaal, eigen)
    values = {**_values(view, link_url), "eerder": eerder}

    def render(fields: Mapping[str, str]) -> str:
        text = templates.render(stem, netwerk, kanaal, {**values, **fields}, eigen)
        return _complete(text, view, link_url, running)

    fields = _fields(view, running)
    lead = "titel" if running else "slottekst"
    fault = ""
    try:
        text, left = fit(render, fields, LEAST, maximum, counter)
        # A post that lost its headline says nothing any more: then rather fewer sentences around it.
        if counter(text) > maximum or (fields[lead] and not left[lead]):
            text = _bare(view, link_url, running, maximum, counter)
    except SjabloonFout as error:
        # A mistake in one template must not keep a missing child off a kanaal; the preview says what is wrong.
        text, fault = _bare(view, link_url, running, maximum, counter), str(error)
    alt = _alt(view, running, photo, limits)
    return Draft(text, alt, beeld, photo, counter(text), maximum, link_url, fault)


def _stem(soort: str, view: ActieView) -> str:
    """Which file: that of the kind of post, else of preventie, else of the type."""
    if soort in KINDS:
        return KINDS[soort]
    return "preventie" if view.soort == "preventie" else view.type


def _fields(view: ActieView, running: bool) -> dict[str, str]:
    """The texts that may give way. An ended actie has its closing message and not one word of before."""
    words = (view.titel, view.bericht, view.signalement, view.laatst_gezien) if running else ("", "", "", "")
    names = ("titel", "bericht", "signalement", "laatst_gezien")
    return {**dict(zip(names, words, strict=True)), "slottekst": "" if running else view.slottekst}


def _values(view: ActieView, link_url: str) -> dict[str, object]:
    """What a template may read besides the texts."""
    return {
        "plaats": view.plaats,
        "type": view.type,
        "soort": view.soort,
        "niveau": view.niveau,
        "over_persoon": view.over_persoon,
        "oefening": view.oefening,
        "voorbeeld": view.voorbeeld,
        "afzender": view.afzender,
        "code": view.code,
        "link": link_url,
        "bel_nu": BEL_NU,
        "bel_tip": BEL_TIP,
        "bel_later": BEL_LATER,
    }


def _label(view: ActieView) -> str:
    """The word that no reader may miss, in front of everything."""
    words = [word for word, holds in (("OEFENING", view.oefening), ("VOORBEELD", view.voorbeeld)) if holds]
    return " ".join(words)


def labelled(text: str, view: ActieView) -> str:
    """The text with the label in front of it, where there is one."""
    label = _label(view)
    return f"{label}. {text}" if label else text


def _complete(text: str, view: ActieView, link_url: str, running: bool) -> str:
    """The text with what every post must hold, added where the template forgot it."""
    lines = [text]
    if running and f"Bel {BEL_NU}" not in text and f"bel {BEL_NU}" not in text:
        lines.append(f"Bel {BEL_NU}.")
    if link_url and link_url not in text.split():
        lines.append(link_url)
    if view.code not in text:
        lines.append(view.code)
    label = _label(view)
    return "\n".join([*([f"{label}."] if label else []), *(line for line in lines if line)])


def _bare(view: ActieView, link_url: str, running: bool, maximum: int, counter: Counter) -> str:
    """The last resort on a kanaal with hardly any room: number or closing word, link, marker."""
    core = f"Bel {BEL_NU}." if running else "Afgesloten."
    label = _label(view)
    rest = " ".join(part for part in (f"{label}." if label else "", core, link_url, view.code) if part)
    room = maximum - counter(rest)
    if room < 0:
        raise PastNiet(f"Het nummer en de link passen niet: dit kanaal heeft maar plaats voor {maximum} tekens.")
    titel = shorten(view.titel, room - 1, counter) if running else ""
    return f"{titel} {rest}" if titel else rest


def _alt(view: ActieView, running: bool, photo: bool, limits: Limits) -> str:
    """What the picture shows, for who cannot see it; empty where the netwerk knows no such text."""
    if limits.alt_max is None or not limits.images:
        return ""
    label = _label(view)
    parts = [f"{label}." if label else "", "Poster van een actie." if running else "Poster met een slotbericht."]
    if running:
        who = "de vermiste persoon" if view.over_persoon else "wie of wat wordt gezocht"
        parts += [f"Met een foto van {who}." if photo else "", sentence(view.titel)]
        parts += [f"Laatst gezien: {sentence(view.laatst_gezien)}" if view.laatst_gezien else ""]
        parts += [f"Signalement: {sentence(view.signalement)}" if view.signalement else "", f"Bel {BEL_NU}."]
    else:
        parts.append(view.slottekst)
    text = " ".join(" ".join(part.split()) for part in parts if part)
    return shorten(text, limits.alt_max, len)
