"""The desk: everything a person or a feed can do with an actie, each use case one transaction.

This is the only place where the slices meet. What is slow (composing, cleaning a photo) happens before the
transaction; what talks to the outside (posting, drawing) happens after it, by who listens to its signals.
"""

from collections.abc import Mapping
from dataclasses import replace

from hub.acties.model import Actie, Invoer
from hub.acties.view import provisional, view
from hub.compose.compose import Draft, PastNiet
from hub.desk import bewijs, plannen
from hub.desk.beeindigen import Beeindigen
from hub.desk.starten import Starten
from hub.desk.wijzigen import Wijzigen
from hub.toegang.model import Wie


class Desk(Starten, Wijzigen, Beeindigen):
    """All use cases; one object per process, handed to the web, the intake and the commands."""

    async def previews(self, actie: Actie) -> list[plannen.Voorbeeld]:
        """What each kanaal would get, by the function that posts; a reason where it gets nothing."""
        shown = view(actie, self.config)
        found = []
        for account in (await self._accounts()).values():
            reason = self._unfit(actie, shown, account)
            rule = plannen.photo_rule(actie, account.kanaal)
            link = f"{self.config.link_basis}/{'0' * 8}"
            made = None
            try:
                made = None if reason else plannen.publish_plan(self.templates, actie, shown, account, link)[1]
            except PastNiet as error:
                reason = str(error)
            found.append(plannen.Voorbeeld(account, made, reason, plannen.photo_line(rule, account.limits)))
        return found

    async def trial(self, actie: Actie, naam: str, soort: str, teksten: Mapping[str, str]) -> Draft | None:
        """What one kanaal would get with these own texts, by the function that posts; None for one out of use."""
        account = (await self._accounts()).get(naam)
        if account is None:
            return None
        tried = replace(account, teksten={**account.teksten, **teksten})
        link = f"{self.config.link_basis}/{'0' * 8}"
        return plannen.draft(self.templates, actie, view(actie, self.config), tried, soort, link, False)

    def provisional(self, invoer: Invoer, wie: Wie) -> Actie:
        """The actie as it would be, for a preview while someone is still typing; nothing is stored."""
        return provisional(invoer, actie_id="voorbeeld", code="K0NCPT", wie=wie.naam, now=self.clock.now())

    async def receipt(self, actie_id: str, wie: Wie) -> bewijs.Bewijs:
        """The intrekkingsbewijs as it is now."""
        await self._actie(actie_id, wie)
        now = self.clock.now()
        return await self.db.read(lambda s: bewijs.receipt(s, self.config, actie_id, now))
