"""Puts the words of a poster in the boxes of its format: band, photo or field, story, number and QR."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image

from renderers import card, plate, shapes, story
from renderers.canvas import Canvas
from renderers.card import Card
from renderers.errors import PosterError
from renderers.fonts import CAP
from renderers.formats import Rect
from renderers.ladder import afzenders
from renderers.sheet import Sheet
from renderers.text import Blok, fit_ladder
from renderers.tokens import WIT, Palet
from renderers.words import Inhoud

WIDEST_PHOTO = 1.1
"""Width against height of a photo beside the story: wider would cut off the head."""

Cut = Callable[[int, int], Image.Image]
Boxes = dict[str, Rect]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything goes; `boxes` has "qr" only when there is a card to put there."""

    boxes: Mapping[str, Rect]
    card: Card | None


def plan(sheet: Sheet, words: Inhoud, with_photo: bool) -> Plan:
    """Divide a sheet without drawing; afterwards its area is what the frames leave over."""
    if words.oefening:
        sheet.area = sheet.exercise_area()
    if words.voorbeeld:
        sheet.area = sheet.example_area()
    boxes = {naam: sheet.area.part(vak) for naam, vak in sheet.formaat.opmaken[opmaak(words, with_photo)].items()}
    _narrow_photo(boxes)
    made = card.make(sheet, words, boxes["qr"]) if words.qr_url and "qr" in boxes else None
    if "qr" in boxes:
        _place_card(boxes, made)
    return Plan(boxes, made)


def opmaak(words: Inhoud, with_photo: bool) -> str:
    """Which of the layouts of a format this poster has."""
    return "rustig" if words.stand != "actief" else "met_foto" if with_photo else "zonder_foto"


def draw(canvas: Canvas, words: Inhoud, boxes: Mapping[str, Rect], cut: Cut | None) -> None:
    """The whole poster with an empty card; `cut` gives the photo at a size, None when there is none to show."""
    if words.oefening:
        canvas.exercise_frame()
    if words.voorbeeld:
        canvas.example_strip()
    palet = canvas.kleuren.paletten[words.palet]
    verhaal = None
    if "verhaal" in boxes:
        verhaal = story.plan(canvas, words, boxes["verhaal"], with_kop="kop" not in boxes)
        boxes = _with_slack(canvas, boxes, verhaal.height)
    _grounds(canvas, boxes, palet, bare=verhaal is not None and not verhaal.height)
    _photo(canvas, words, boxes, palet, cut)
    if "band" in boxes:
        _band(canvas, words, boxes, palet)
    if "kop" in boxes:
        _headline(canvas, words, boxes["kop"], palet)
    if verhaal is not None:
        on_field = "veld" in boxes and _inside(boxes["verhaal"], boxes["veld"])
        ground = palet if on_field else canvas.kleuren.papier
        story.draw(canvas, verhaal, boxes["verhaal"].x, boxes["verhaal"].y, (ground.tekst, ground.zacht))
    if words.bel and "nummer" in boxes:
        _number(canvas, words, boxes["nummer"], own_address="qr" not in boxes)
    if "qr" in boxes:
        canvas.fill(boxes["qr"], WIT)
    if "merk" in boxes:
        _mark(canvas, words, boxes["merk"], canvas.kleuren.paneel if "paneel" in boxes else palet)


def _headline(canvas: Canvas, words: Inhoud, box: Rect, palet: Palet) -> None:
    """The headline in its own box, and below it the number plate to look for where there is room for both."""
    kop = plate.headline(canvas, words, box) if words.kenteken else None
    if kop is None:
        kop = story.headline(canvas, words.koppen, box, "kop", "affiche")
        canvas.block(kop, box.x, box.y + (box.h - kop.height) // 2, palet.tekst)
        return
    room = plate.room(canvas, box)
    top = box.y + (box.h - kop.height - room.h) // 2
    canvas.block(kop, box.x, top, palet.tekst)
    plate.draw(canvas, words.kenteken, Rect(box.x, top + kop.height + room.y, room.w, room.h - room.y))


def _narrow_photo(boxes: Boxes) -> None:
    """On a very wide sheet the photo keeps the shape of a head; band and story get the rest."""
    foto = boxes.get("foto")
    first = "kop" if "kop" in boxes else "verhaal"
    if foto is None or boxes[first].x < foto.right or foto.w <= WIDEST_PHOTO * foto.h:
        return
    boxes["foto"] = Rect(foto.x, foto.y, round(WIDEST_PHOTO * foto.h), foto.h)
    spare = foto.w - boxes["foto"].w
    in_line = "band" in boxes and boxes["band"].right <= boxes[first].x
    for naam in ("veld", "band", first):
        box = boxes.get(naam)
        if box is not None and box.x >= foto.right:
            wider = 0 if in_line and naam == "band" else spare
            boxes[naam] = Rect(box.x - spare, box.y, box.w + wider, box.h)


def _place_card(boxes: Boxes, made: Card | None) -> None:
    """The card keeps to the right and takes no more than it needs; number and sender get what it leaves."""
    given = boxes.pop("qr")
    taken = 0
    if made is not None:
        boxes["qr"] = made.box
        taken = given.right - made.box.x
    # On a quiet poster nothing lies between the words and the card.
    for naam in ("nummer", "merk") if "paneel" in boxes else ("nummer", "merk", "verhaal"):
        box = boxes.get(naam)
        if box is not None and box.right <= given.x:
            boxes[naam] = Rect(box.x, box.y, box.w + given.w - taken, box.h)


def _inside(inner: Rect, outer: Rect) -> bool:
    return outer.x <= inner.x and outer.y <= inner.y and inner.right <= outer.right and inner.bottom <= outer.bottom


def _with_slack(canvas: Canvas, boxes: Mapping[str, Rect], used: int) -> Boxes:
    """What the story leaves goes to the photo or field above it; beside a photo the story is set halfway."""
    verhaal = boxes["verhaal"]
    slack = max(0, verhaal.h - used)
    beside = "paneel" in boxes and boxes["paneel"].x >= verhaal.right
    above = [naam for naam in ("foto", "veld") if naam in boxes and not beside and boxes[naam].bottom <= verhaal.y]
    moved = dict(boxes)
    shift = slack if above else slack // 2
    if above and not used:
        # Nothing to tell: no empty strip between the field and the panel.
        end = boxes["paneel"].y if "paneel" in boxes else canvas.area.bottom
        shift = end - boxes[above[0]].bottom
    moved["verhaal"] = Rect(verhaal.x, verhaal.y + shift, verhaal.w, verhaal.h - shift)
    for naam in above:
        box = boxes[naam]
        moved[naam] = Rect(box.x, box.y, box.w, box.h + shift)
        band = boxes.get("band")
        if band is not None and band.y >= box.bottom:
            moved["band"] = Rect(band.x, band.y + shift, band.w, band.h)
        if naam == "veld" and "kop" in boxes:
            kop = boxes["kop"]
            moved["kop"] = Rect(kop.x, kop.y, kop.w, kop.h + shift)
    return moved


def _photo(canvas: Canvas, words: Inhoud, boxes: Mapping[str, Rect], palet: Palet, cut: Cut | None) -> None:
    """The photo; below it on a strip of colour the number plate, unless the headline has it or it is too small."""
    if cut is None or "foto" not in boxes:
        return
    foto = boxes["foto"]
    box = plate.below_photo(canvas, words.kenteken, foto) if words.kenteken and "kop" not in boxes else None
    strip = 0 if box is None else 2 * foto.bottom - box.y - box.bottom
    canvas.image.paste(cut(foto.w, foto.h - strip), (foto.x, foto.y))
    if box is not None:
        canvas.fill(Rect(foto.x, foto.bottom - strip, foto.w, strip), palet.vlak)
        plate.draw(canvas, words.kenteken, box)


def _grounds(canvas: Canvas, boxes: Mapping[str, Rect], palet: Palet, bare: bool) -> None:
    """Fields of colour; a poster with nothing to tell but its headline is all field."""
    if "veld" in boxes:
        veld = boxes["veld"]
        clip = canvas.area if bare else veld
        canvas.fill(clip, palet.vlak)
        if not canvas.formaat.weg:
            # Along a road nothing round is drawn: it could be taken for a sign.
            side = round(1.15 * min(veld.w, veld.h))
            away = round(side * 0.62)
            canvas.stamp(shapes.rings(side), veld.right - away, veld.bottom - away, palet.toon, clip)
    if "paneel" in boxes:
        canvas.fill(boxes["paneel"], canvas.kleuren.paneel.vlak)


def _band(canvas: Canvas, words: Inhoud, boxes: Mapping[str, Rect], palet: Palet) -> None:
    """The one word on top, and at its right what it is about, since when and where."""
    box = boxes["band"]
    if "veld" not in boxes:
        canvas.fill(box, palet.vlak)
    # The word stands above the first letters of what it is about.
    margin = boxes["kop" if "kop" in boxes else "verhaal"].x - box.x
    if not 0 < margin < box.w // 4:
        margin = round(canvas.area.w * canvas.formaat.marge / canvas.formaat.breedte)
    inner = box.shrunk(margin, 0, margin, 0)
    if not words.label:
        side = round(box.h * 0.8)
        canvas.stamp(shapes.mark(side), inner.x, box.y + (box.h - side) // 2, palet.zacht, box)
        return
    label, aside = _label_and_aside(canvas, words, inner)
    canvas.block(label, inner.x, box.y + round((box.h - label.size * CAP) / 2), palet.tekst)
    if aside is not None:
        y = box.y + round((box.h - canvas.line_height(aside)) / 2)
        canvas.block(aside, inner.right, y, palet.zacht, "r")


def _label_and_aside(canvas: Canvas, words: Inhoud, inner: Rect) -> tuple[Blok, Blok | None]:
    """The label as large as leaves room to say the rest in full."""
    small, large = canvas.sizes("label")
    large = min(large, round(inner.h * 0.72 / CAP))
    best: tuple[Blok, Blok | None] | None = None
    beside = bool(words.toelichting or words.sinds)
    shares = ((0.56, small), (0.48, small), (0.4, small // 2)) if beside else ()
    for share, least in (*shares, (1.0, 6)):
        label = canvas.line(words.label, "zwaar", round(inner.w * share), (min(least, large), large))
        if label is None:
            continue
        taken = round(canvas.fonts.width("zwaar", words.label, label.size)) + canvas.gap(0.5)
        aside = _aside(canvas, words, inner.w - taken, round(inner.h * 0.8))
        best = best or (label, aside)
        if aside is None or len(aside.lines) < 3:
            return label, aside
    if best is None:
        raise PosterError(f"{canvas.formaat.naam}: '{words.label}' past niet leesbaar in vak 'band'.")
    return best


def _aside(canvas: Canvas, words: Inhoud, width: int, height: int) -> Blok | None:
    small, large = canvas.sizes("toelichting")
    both = tuple(text for text in (words.toelichting, words.sinds) if text)
    if not both:
        return None
    widest = max(canvas.fonts.advance("half", line) for line in both)
    block = Blok(both, min(large, int(width / max(widest, 0.01))), "half", 1.25)
    if block.size >= small and block.height <= height:
        return block
    # Since when and where matters more than the explanation: on one line if it can be, else on two.
    line = canvas.line(words.sinds or words.toelichting, "half", width, (small, large))
    if line is not None:
        return line
    texts = [words.sinds, words.sinds.partition(",")[0]] if words.sinds else [words.toelichting]
    return fit_ladder(canvas.fonts, texts, "half", 1.25, (width, height), (small, large))


def _number(canvas: Canvas, words: Inhoud, box: Rect, own_address: bool) -> None:
    """The question, the number to call as large as it goes, and below it what must not be forgotten."""
    # A strip has no room for both: who clicks on it needs no address.
    own_address = own_address and not (words.waarschuwing and canvas.whole.h < card.STRIP)
    if box.w > 5 * box.h:
        placed = _number_in_line(canvas, words, box)
    else:
        placed = any(
            _number_stacked(canvas, words, box, warn, address)
            for address in ((True, False) if own_address and words.adres else (False,))
            for warn in ((True, False) if words.waarschuwing else (False,))
        )
    if not placed:
        raise PosterError(f"{canvas.formaat.naam}: '{words.bel}' past niet leesbaar in vak 'nummer'.")


def _question(canvas: Canvas, words: Inhoud, width: int, sizes: tuple[int, int]) -> Blok | None:
    """The question in every language it is asked in if that fits, else in Dutch."""
    dutch = f"{words.vraag.partition('?')[0]}?"
    return canvas.line(words.vraag, "half", width, sizes) or canvas.line(dutch, "half", width, sizes)


def _number_in_line(canvas: Canvas, words: Inhoud, box: Rect) -> bool:
    """Question and number beside each other on one base line, for a low panel."""
    gap = canvas.gap(0.4)
    vraag = _question(canvas, words, box.w // 2, canvas.sizes("vraag"))
    if vraag is None:
        return False
    left = round(canvas.fonts.width("half", vraag.lines[0], vraag.size)) + gap
    bel = canvas.line(words.bel, "zwaar", box.w - left, canvas.sizes("nummer"))
    if bel is None or bel.size * CAP > box.h:
        return False
    base = box.y + round((box.h + bel.size * CAP) / 2)
    canvas.block(vraag, box.x, base - round(vraag.size * CAP), canvas.kleuren.paneel.zacht)
    canvas.block(bel, box.x + left, base - round(bel.size * CAP), canvas.kleuren.paneel.tekst)
    return True


def _number_stacked(canvas: Canvas, words: Inhoud, box: Rect, warn: bool, address: bool) -> bool:
    # The tail of a letter keeps the question apart from the number; what follows the number has no such help.
    near, gap = canvas.gap(0.25 if warn or address else 0.5), canvas.gap(0.45)
    least, most = canvas.sizes("vraag")
    vraag = _question(canvas, words, box.w, (least, (least + most) // 2 if warn else most))
    notes: list[Blok | None] = []
    if warn:
        notes.append(canvas.line(words.waarschuwing, "half", box.w, canvas.sizes("toelichting")))
    if address:
        notes.append(canvas.line(words.adres, "half", box.w, canvas.sizes("klein")))
    blocks = [block for block in notes if block is not None]
    if vraag is None or len(blocks) < len(notes):
        return False
    small, large = canvas.sizes("nummer")
    room = box.h - vraag.height - near - sum(block.height + gap for block in blocks)
    bel = canvas.line(words.bel, "zwaar", box.w, (small, min(large, int(room / CAP))))
    if bel is None:
        return False
    y = box.y + (room - round(bel.size * CAP)) // 2
    canvas.block(vraag, box.x, y, canvas.kleuren.paneel.zacht)
    y += vraag.height + near
    canvas.block(bel, box.x, y, canvas.kleuren.paneel.tekst)
    y += round(bel.size * CAP) + gap
    for block in blocks:
        canvas.block(block, box.x, y, canvas.kleuren.paneel.zacht)
        y += block.height + gap
    return True


def _mark(canvas: Canvas, words: Inhoud, box: Rect, palet: Palet) -> None:
    """The mark and who sends this, on one line: with our name if there is room, else the sender alone."""
    small, large = canvas.sizes("klein")
    side = min(box.h, round(large * 1.1))
    room = box.w - round(side * 1.4)
    own = words.afzender or "Actiehub"
    texts = [own] if own == "Actiehub" else [f"Actiehub · {own}", *afzenders(own)]
    one_line = min(box.h, round(large * 1.2))
    found = (canvas.line(text, "half", room, (small, large)) for text in texts)
    block = next(filter(None, found), None) or fit_ladder(
        canvas.fonts, texts, "half", 1.2, (room, one_line), (small, small)
    )
    if block is None:
        return
    top = box.y + (box.h - canvas.line_height(block)) // 2
    canvas.stamp(shapes.mark(side), box.x, top + round(block.size * CAP) - side + round(side * 0.06), palet.zacht, box)
    canvas.block(block, box.x + round(side * 1.4), top, palet.zacht)
