"""What must happen when an actie starts, changes or ends: compose first, then rows. No database in here.

A fault in one text never holds up the others or a withdrawal. A start is composed before its transaction. Corrections
and closing messages are composed in theirs, because only there it is known what is out and which link leads to it; for
forty kanalen that takes 3 ms (8 ms the first time).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hub.acties import rules
from hub.acties.model import Actie
from hub.compose.compose import Draft, PastNiet, compose, labelled
from hub.compose.counters import addresses
from hub.compose.templates import Templates
from hub.content import ActieView, Limits
from hub.delivery.model import Beeld, Bezorging, Plan
from hub.delivery.rules import VERDWENEN
from hub.delivery.store import UNSENT
from hub.kanalen.budget import OP, Budget
from hub.kanalen.model import Kanaal
from hub.kit import log

GEEN_BEELD = "Dit netwerk krijgt alleen tekst."
GEEN_FOTO = "Hier komt nooit een foto: dit netwerk haalt een beeld op bij een adres dat iedereen kan openen."
NEUTRAAL = "Dit bericht is ingetrokken."


@dataclass(frozen=True, slots=True)
class Account:
    """A kanaal with what its account can do, as far as composing needs to know."""

    kanaal: Kanaal
    limits: Limits
    kan: frozenset[str]
    handmatig: bool = False
    budget: Budget | None = None
    stil_tot: Mapping[str, datetime] = field(default_factory=dict)
    kosten_fout: str = ""
    teksten: Mapping[str, str] = field(default_factory=dict)

    def niet_voor(self, soort: str) -> datetime | None:
        """The end of the quiet hours in which a first post of this kind of actie waits now."""
        return self.stil_tot.get(soort)


def bots(accounts: Mapping[str, Account]) -> frozenset[str]:
    """The kanalen that have subscribers."""
    return frozenset(naam for naam, account in accounts.items() if "gesprek" in account.kan)


class BudgetOp(PastNiet):
    """The money of this month allows no new actie on this kanaal."""


@dataclass(frozen=True, slots=True)
class Voorbeeld:
    """What one kanaal would get: the draft, or the reason why not; `foto_regel` explains the photo."""

    account: Account
    draft: Draft | None
    reden: str
    foto_regel: str


def photo_rule(actie: Actie, kanaal: Kanaal) -> rules.Besluit:
    """Whether the photo of this actie may go on this kanaal, and why."""
    return rules.foto_op_kanaal(
        niveau=actie.niveau,
        type=actie.type,
        minderjarig=rules.is_minderjarig(actie.type, actie.persoon),
        toestemming=bool(actie.foto and actie.foto.toestemming_schriftelijk),
        kanaal_foto=kanaal.foto,
    )


def photo_line(rule: rules.Besluit, limits: Limits) -> str:
    """What becomes of the photo here, in a sentence: the policy may allow what this netwerk cannot do safely."""
    if not rule.mag or (limits.images and limits.foto):
        return rule.uitleg
    return GEEN_BEELD if not limits.images else GEEN_FOTO


def meets(actie: Actie, kanaal: Kanaal, voorbeeld: bool) -> rules.Besluit:
    """Whether this actie and this kanaal may meet at all: an oefening never meets an echt kanaal."""
    return rules.ontmoet(oefening=actie.oefening, echt=kanaal.echt, voorbeeld=voorbeeld)


def draft(
    templates: Templates,
    actie: Actie,
    view: ActieView,
    account: Account,
    soort: str,
    link: str,
    met_foto: bool,
) -> Draft:
    """The post of one kanaal; the preview is this same function. Where the money is short, or by choice, the link
    stays out of the text: the QR code in the picture leads to the page."""
    bare = account.budget is not None and account.limits.images and not account.budget.link
    made = compose(
        templates,
        view,
        soort=soort,
        netwerk=account.kanaal.netwerk,
        kanaal=account.kanaal.naam,
        limits=account.limits,
        link_url="" if bare else link,
        met_foto=met_foto and actie.foto is not None,
        eigen=account.teksten,
    )
    return replace(made, link=link) if bare else made


def price(account: Account, text: str) -> int:
    """What this post costs: for some netwerken far more with an address in it, whoever wrote that."""
    return account.budget.prijs(bool(addresses(text))) if account.budget is not None else 0


def publish_plan(
    templates: Templates, actie: Actie, view: ActieView, account: Account, link: str, *, nieuw: bool = True
) -> tuple[Plan, Draft]:
    """The bezorging that posts this actie on one kanaal; raises BudgetOp where that is `nieuw` and too expensive,
    or its price cannot be told."""
    made = draft(templates, actie, view, account, "publiceren", link, photo_rule(actie, account.kanaal).mag)
    prijs = price(account, made.tekst)
    if nieuw and account.kosten_fout:
        raise BudgetOp(f"De kosten van dit kanaal kloppen niet. {account.kosten_fout}")
    if nieuw and account.budget is not None and not account.budget.past(prijs):
        raise BudgetOp(f"Het budget van dit kanaal is op. {OP}")
    later = account.niet_voor(actie.soort)
    return _plan(actie, account.kanaal.naam, "publiceren", "maakt", made, link, prijs=prijs, niet_voor=later), made


def correct_plans(
    templates: Templates,
    actie: Actie,
    view: ActieView,
    accounts: Mapping[str, Account],
    sent: Sequence[Bezorging],
    links: Mapping[str, str],
) -> list[Plan]:
    """One correction per kanaal where the actie was posted: an edit where possible, else a new post.

    The post that a new one replaces is removed once that is out. Where the post did not leave, or was refused, it is
    the post itself with the new words. People who keep a kanaal by hand get an edit: whether they change the post or
    place it anew, one post is to stand there. A fault on one kanaal is that of one kanaal.
    """
    plans = []
    for (kanaal, doel), post in newest_posts(sent).items():
        if (account := accounts.get(kanaal)) is None:
            continue
        try:
            made = _correction(templates, actie, view, account, post, links.get(kanaal, ""))
        except Exception as error:
            log.get("desk").error("correctie niet gemaakt", kanaal=kanaal, fout=type(error).__name__)
            continue
        plans.append(replace(made, doel=doel))
        if (made.soort, made.doet) == ("corrigeren", "maakt"):
            plans += leave_plans(actie, view, [b for b in sent if b.doel == doel], [kanaal])
    return plans


def leave_plans(actie: Actie, view: ActieView, rows: Sequence[Bezorging], kanalen: Collection[str]) -> list[Plan]:
    """The removal of every post of a running actie that is or may be out on these kanalen, and may not stay."""
    out = [b for b in posts_up(rows) if b.kanaal in kanalen and not _unsent(b)]
    return retract_plans(actie, out, rows, labelled(NEUTRAAL, view))


def _correction(
    templates: Templates, actie: Actie, view: ActieView, account: Account, post: Bezorging, link: str
) -> Plan:
    unsent = _unsent(post) or post.staat == "mislukt"
    if unsent and post.soort == "publiceren":
        return publish_plan(templates, actie, view, account, link, nieuw=False)[0]
    # Nobody said yet that the post was placed: then its new words do not call themselves a correction.
    soort = "publiceren" if account.handmatig and post.staat == "taak" else "corrigeren"
    made = draft(templates, actie, view, account, soort, link, photo_rule(actie, account.kanaal).mag)
    if (account.handmatig or "corrigeren" in account.kan) and not unsent:
        return _plan(actie, post.kanaal, "corrigeren", "wijzigt", made, link, post.id)
    return _plan(actie, post.kanaal, "corrigeren", "maakt", made, link, prijs=price(account, made.tekst))


def retract_plans(actie: Actie, out: Iterable[Bezorging], rows: Sequence[Bezorging], neutraal: str) -> list[Plan]:
    """One withdrawal per post that is or may be out; keyed by the versie of that post, so none is missed.

    `rows` are all of the actie: a picture that came with a correction has to go as well. `neutraal`: what a netwerk
    that cannot delete shows instead.
    """
    pictures = _pictures(rows)
    return [_removal(actie, post, post.versie, neutraal, pictures.get(post.id)) for post in out]


def _pictures(rows: Iterable[Bezorging]) -> dict[str, Beeld]:
    """By post the picture that a reader may have seen with it: one with the photo before any other."""
    found: dict[str, Beeld] = {}
    for b in rows:
        if (beeld := b.beeld) is not None:
            for post_id in (b.id, b.van_id):
                found[post_id] = max(found.get(post_id, beeld), beeld, key=lambda each: each.foto)
    return found


def replace_closing_plans(actie: Actie, closing: Iterable[Bezorging], neutraal: str) -> list[Plan]:
    """The removal of each closing message that is or may be out; keyed by the versie of the ending that replaces it,
    because the number of that message itself belongs to the withdrawal of a post."""
    return [
        _removal(actie, message, actie.versie, neutraal, message.beeld)
        for message in closing
        if message.staat not in VERDWENEN
    ]


def _removal(actie: Actie, post: Bezorging, versie: int, neutraal: str, beeld: Beeld | None) -> Plan:
    return Plan(
        actie_id=actie.id,
        versie=versie,
        kanaal=post.kanaal,
        doel=post.doel,
        soort="intrekken",
        doet="wijzigt",
        soort_actie=actie.soort,
        oefening=actie.oefening,
        marker=actie.code,
        tekst=neutraal,
        # How it looked, not what it said: the description names the person.
        beeld=replace(beeld, alt="") if beeld else None,
        van_id=post.id,
    )


def closing_plans(
    templates: Templates,
    actie: Actie,
    view: ActieView,
    accounts: Mapping[str, Account],
    kanalen: Iterable[str],
    links: Mapping[str, str],
    *,
    fout: bool,
) -> list[Plan]:
    """One closing message per kanaal; it waits for the withdrawals and lapses where nothing was visible.

    Never fails: where composing breaks, the bare closing text goes out.
    """
    plans = []
    for naam in kanalen:
        text, beeld = view.slottekst, None
        account = accounts.get(naam)
        link = links.get(naam, "")
        if account is not None:
            try:
                made = draft(templates, actie, view, account, "fout" if fout else "sluiten", link, False)
                text, beeld = made.tekst, _beeld(made)
            except Exception as error:
                log.get("desk").error("slotbericht zonder sjabloon", kanaal=naam, fout=type(error).__name__)
        plans.append(
            Plan(
                actie_id=actie.id,
                versie=actie.versie,
                kanaal=naam,
                soort="sluiten",
                doet="maakt",
                soort_actie=actie.soort,
                oefening=actie.oefening,
                marker=actie.code,
                tekst=text,
                link=link,
                beeld=beeld,
                prijs=price(account, text) if account is not None else 0,
            )
        )
    return plans


def posts_out(rows: Iterable[Bezorging]) -> list[Bezorging]:
    """The bezorgingen that made a post or may have made one."""
    return [
        b for b in rows if b.soort in ("publiceren", "corrigeren") and b.doet == "maakt" and b.staat not in VERDWENEN
    ]


def with_photo(rows: Iterable[Bezorging]) -> set[str]:
    """The posts that show a person, in their first form or after a correction."""
    return {post_id for b in rows if b.beeld is not None and b.beeld.foto for post_id in (b.id, b.van_id)}


def posts_up(rows: Sequence[Bezorging]) -> list[Bezorging]:
    """The bezorgingen that made a post, or tried to, and whose post is to stay up for all that was planned so far."""
    removed = {b.van_id for b in rows if b.soort == "intrekken" and b.staat != "vervallen"}
    made = [b for b in rows if b.soort in ("publiceren", "corrigeren") and b.doet == "maakt" and b.staat != "vervallen"]
    return [b for b in made if b.id not in removed]


def _unsent(post: Bezorging) -> bool:
    """Whether this post has certainly not left: it waits for its first try, or is a task whose words nobody saw."""
    waits = post.staat in UNSENT and not post.herhaald
    return waits or (post.staat == "taak" and post.gestart_op is None)


def newest_posts(sent: Sequence[Bezorging]) -> dict[tuple[str, str], Bezorging]:
    """The newest post per kanaal and subscriber."""
    made = posts_up(sent)
    return {(b.kanaal, b.doel): b for b in sorted(made, key=lambda b: b.versie)}


def also_to(plans: Iterable[Plan], doelen: Mapping[str, Collection[str]]) -> list[Plan]:
    """These plans, and each of them once more for every subscriber of its kanaal."""
    return [each for plan in plans for each in (plan, *(replace(plan, doel=d) for d in doelen.get(plan.kanaal, ())))]


def _beeld(made: Draft) -> Beeld | None:
    return Beeld(made.beeld, made.met_foto, made.alt) if made.beeld else None


def _plan(
    actie: Actie,
    kanaal: str,
    soort: str,
    doet: str,
    made: Draft,
    link: str,
    van_id: str = "",
    prijs: int = 0,
    niet_voor: datetime | None = None,
) -> Plan:
    return Plan(
        actie_id=actie.id,
        versie=actie.versie,
        kanaal=kanaal,
        soort=soort,
        doet=doet,
        soort_actie=actie.soort,
        oefening=actie.oefening,
        marker=actie.code,
        tekst=made.tekst,
        link=link,
        beeld=_beeld(made),
        van_id=van_id,
        prijs=prijs,
        niet_voor=niet_voor,
    )
