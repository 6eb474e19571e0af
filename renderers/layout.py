"""Puts the words of a poster in the boxes of its format: band, photo or field, story, panel with number and QR."""

from collections.abc import Callable, Mapping

from PIL import Image

from renderers import qr, shapes, story
from renderers.canvas import Canvas
from renderers.errors import PosterError
from renderers.fonts import CAP
from renderers.formats import Rect
from renderers.text import Blok, fit
from renderers.tokens import INKT, INKT_ZACHT, PALETTEN, PANEEL, WIT, Palet
from renderers.words import Inhoud

Cut = Callable[[int, int], Image.Image]
Boxes = dict[str, Rect]


def draw(canvas: Canvas, words: Inhoud, cut: Cut | None) -> None:
    """The whole poster; `cut` gives the photo at a size, None when there is none to show."""
    if words.oefening:
        canvas.exercise_frame()
    if words.voorbeeld:
        canvas.example_strip()
    opmaak = "rustig" if words.stand != "actief" else "met_foto" if cut is not None else "zonder_foto"
    boxes = {naam: canvas.area.part(vak) for naam, vak in canvas.formaat.opmaken[opmaak].items()}
    if not words.qr_url and "qr" in boxes:
        _widen(boxes)
    palet = PALETTEN[words.palet]
    verhaal = story.plan(canvas, words, boxes["verhaal"], with_kop="kop" not in boxes)
    boxes = _with_slack(boxes, verhaal.height)
    _grounds(canvas, boxes, palet, cut)
    if words.label and "band" in boxes:
        _band(canvas, words, boxes["band"], palet, solid="veld" not in boxes)
    if "kop" in boxes:
        kop = story.headline(canvas, words.kop, boxes["kop"], "kop")
        canvas.block(kop, boxes["kop"].x, boxes["kop"].y + (boxes["kop"].h - kop.height) // 2, palet.tekst)
    on_field = "veld" in boxes and _inside(boxes["verhaal"], boxes["veld"])
    inks = (palet.tekst, palet.zacht) if on_field else (INKT, INKT_ZACHT)
    story.draw(canvas, verhaal, boxes["verhaal"].x, boxes["verhaal"].y, inks)
    if words.bel and "nummer" in boxes:
        _number(canvas, words, boxes["nummer"], own_address="qr" not in boxes)
    if words.qr_url and "qr" in boxes:
        _qr_card(canvas, words, boxes["qr"])
    if "merk" in boxes:
        _mark(canvas, words, boxes["merk"], PANEEL if "paneel" in boxes else palet)


def _widen(boxes: Boxes) -> None:
    """Without a QR the number gets its place too."""
    card = boxes.pop("qr")
    for naam in ("nummer", "merk"):
        if naam in boxes and boxes[naam].right <= card.x:
            box = boxes[naam]
            boxes[naam] = Rect(box.x, box.y, card.right - box.x, box.h)


def _inside(inner: Rect, outer: Rect) -> bool:
    return outer.x <= inner.x and outer.y <= inner.y and inner.right <= outer.right and inner.bottom <= outer.bottom


def _with_slack(boxes: Mapping[str, Rect], used: int) -> Boxes:
    """What the story leaves goes to the photo or field above it; beside a photo the story is set halfway."""
    verhaal = boxes["verhaal"]
    slack = max(0, verhaal.h - used)
    above = [naam for naam in ("foto", "veld") if naam in boxes and boxes[naam].bottom <= verhaal.y]
    moved = dict(boxes)
    shift = slack if above else slack // 2
    moved["verhaal"] = Rect(verhaal.x, verhaal.y + shift, verhaal.w, verhaal.h - shift)
    for naam in above:
        box = boxes[naam]
        moved[naam] = Rect(box.x, box.y, box.w, box.h + shift)
        if naam == "veld" and "kop" in boxes:
            kop = boxes["kop"]
            moved["kop"] = Rect(kop.x, kop.y, kop.w, kop.h + shift)
    return moved


def _grounds(canvas: Canvas, boxes: Boxes, palet: Palet, cut: Cut | None) -> None:
    if "veld" in boxes:
        veld = boxes["veld"]
        canvas.fill(veld, palet.vlak)
        side = round(1.15 * min(veld.w, veld.h))
        canvas.stamp(shapes.rings(side), veld.right - round(side * 0.62), veld.bottom - round(side * 0.62), palet.toon, veld)
    if "foto" in boxes and cut is not None:
        foto = boxes["foto"]
        canvas.image.paste(cut(foto.w, foto.h), (foto.x, foto.y))
    if "paneel" in boxes:
        canvas.fill(boxes["paneel"], PANEEL.vlak)


def _band(canvas: Canvas, words: Inhoud, box: Rect, palet: Palet, solid: bool) -> None:
    """The one word on top, and at its right what it is about, since when and where."""
    if solid:
        canvas.fill(box, palet.vlak)
    margin = canvas.px(canvas.formaat.marge)
    inner = box.shrunk(margin, 0, margin, 0)
    small, large = canvas.sizes("label")
    label = canvas.line(words.label, "zwaar", round(inner.w * 0.56), (small, min(large, round(box.h * 0.72 / CAP))))
    if label is None:
        label = canvas.line(words.label, "zwaar", inner.w, (6, small))
    if label is None:
        raise PosterError(f"{canvas.formaat.naam}: '{words.label}' past niet in vak 'band'.")
    top = box.y + round((box.h - label.size * CAP) / 2)
    canvas.block(label, inner.x, top, palet.tekst)
    taken = round(canvas.fonts.width("zwaar", words.label, label.size)) + margin // 2
    side = _aside(canvas, words, inner.w - taken, box.h - 2 * (top - box.y) // 2)
    if side is not None:
        y = box.y + round((box.h - canvas.line_height(side)) / 2)
        canvas.block(side, inner.right, y, palet.zacht, "r")


def _aside(canvas: Canvas, words: Inhoud, width: int, height: int) -> Blok | None:
    small, large = canvas.sizes("toelichting")
    both = tuple(text for text in (words.toelichting, words.sinds) if text)
    for lines in (both, (words.sinds,), (words.toelichting,)):
        widest = max((canvas.fonts.advance("half", line) for line in lines), default=0.0)
        size = min(large, int(width / max(widest, 0.01)))
        block = Blok(lines, size, "half", 1.25)
        if any(lines) and size >= small and block.height <= height:
            return block
    return fit(canvas.fonts, words.sinds, "half", 1.2, (width, height), (max(6, small // 2), small)) if words.sinds else None


def _number(canvas: Canvas, words: Inhoud, box: Rect, own_address: bool) -> None:
    """The question, the number to call as large as it goes, and below it what must not be forgotten."""
    below = [words.waarschuwing, f"Of kijk op {words.adres}" if own_address and words.adres else ""]
    for count in range(2, -1, -1):
        extra = [text for text in below if text][:count]
        if _number_fits(canvas, words, box, extra):
            return
    raise PosterError(f"{canvas.formaat.naam}: '{words.bel}' past niet leesbaar in vak 'nummer'.")


def _number_fits(canvas: Canvas, words: Inhoud, box: Rect, extra: list[str]) -> bool:
    gap = canvas.px(22)
    vraag = canvas.line(words.vraag, "half", box.w, canvas.sizes("vraag"))
    notes = [canvas.line(text, "half", box.w, canvas.sizes("vraag")) for text in extra]
    if vraag is None or any(note is None for note in notes):
        return False
    blocks = [block for block in notes if block is not None]
    small, large = canvas.sizes("nummer")
    room = box.h - vraag.height - gap // 2 - sum(block.height + gap for block in blocks)
    bel = canvas.line(words.bel, "zwaar", box.w, (small, min(large, int(room / CAP))))
    if bel is None:
        return False
    used = box.h - room + round(bel.size * CAP)
    y = box.y + max(0, (box.h - used) // 2)
    canvas.block(vraag, box.x, y, PANEEL.zacht)
    y += vraag.height + gap // 2
    canvas.block(bel, box.x, y, PANEEL.tekst)
    y += round(bel.size * CAP) + gap
    for block in blocks:
        canvas.block(block, box.x, y, PANEEL.zacht)
        y += block.height + gap
    return True


def _qr_card(canvas: Canvas, words: Inhoud, box: Rect) -> None:
    """A white card: the QR, what it is for, and the address for who types."""
    sizes = canvas.sizes("klein")
    pad, gap = canvas.px(16), canvas.px(10)
    width = box.w - 2 * pad
    caption = fit(canvas.fonts, words.qr_tekst, "gewoon", 1.2, (width, box.h // 4), sizes)
    adres = fit(canvas.fonts, words.adres, "vet", 1.2, (width, box.h // 4), sizes)
    blocks = [block for block in (caption, adres) if block is not None]
    below = sum(block.height + gap for block in blocks)
    picture = qr.draw(words.qr_url, min(box.w, box.h - below), f"{canvas.formaat.naam}: vak 'qr'")
    canvas.fill(box, WIT)
    y = box.y + max(0, (box.h - below - picture.height) // 2)
    canvas.image.paste(picture, (box.x + (box.w - picture.width) // 2, y))
    y += picture.height
    middle = box.x + box.w // 2
    for block, ink in zip(blocks, (INKT_ZACHT, INKT), strict=False):
        canvas.block(block, middle, y, ink, "m")
        y += block.height + gap


def _mark(canvas: Canvas, words: Inhoud, box: Rect, palet: Palet) -> None:
    """The mark and who sends this."""
    sizes = canvas.sizes("klein")
    text = f"Actiehub · {words.afzender}" if words.afzender else "Actiehub"
    side = min(box.h, round(sizes[1] * 1.1))
    room = box.w - round(side * 1.4)
    block = fit(canvas.fonts, text, "half", 1.2, (room, box.h), sizes)
    if block is None:
        block = fit(canvas.fonts, text, "half", 1.2, (room, box.h), (max(6, sizes[0] // 2), sizes[0]))
    if block is None:
        return
    top = box.y + (box.h - canvas.line_height(block)) // 2
    canvas.stamp(shapes.mark(side), box.x, top + round(block.size * CAP) - side + round(side * 0.06), palet.zacht, box)
    canvas.block(block, box.x + round(side * 1.4), top, palet.zacht)
