// The public page without this file: everything works. With it: copying, the share sheet of the device, a sign that
// the page was in view, and a page that notices by itself that the actie was changed or has ended.
"use strict";

const main = document.querySelector("main[data-pagina]");

if (main && main.dataset.stand === "actief") {
  const { pagina, via, bewijs, versie } = main.dataset;
  const form = () => new URLSearchParams({ via, bewijs });

  shareButtons(pagina, form);
  seen(pagina, form);
  follow(pagina, Number(versie));
}

function shareButtons(pagina, form) {
  const status = document.querySelector("[data-status]");
  const say = (text) => { status.textContent = text; };
  const link = async (doel) => {
    const answer = await fetch(`${pagina}/deel/${doel}`, { method: "POST", body: form() });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.melding);
    return body;
  };
  const handlers = {
    async toestel() {
      const { url, tekst } = await link("toestel");
      await navigator.share({ text: tekst, url });
    },
    async kopie() {
      const { url } = await link("kopie");
      await navigator.clipboard.writeText(url);
      say("De link is gekopieerd. Plak hem waar u wilt.");
    },
    async mail() {
      location.href = (await link("mail")).naar;
    },
  };
  if (navigator.share) document.querySelector("[data-toestel]").hidden = false;
  for (const button of document.querySelectorAll("[data-deel]")) {
    const handler = handlers[button.dataset.deel];
    if (!handler || (button.dataset.deel === "kopie" && !navigator.clipboard)) continue;
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        await handler();
      } catch (error) {
        // Closing the share sheet is a choice of the reader, not a fault.
        if (error.name !== "AbortError") say(error.message || "Dat lukte niet. Probeer het nog eens.");
      }
    });
  }
}

function seen(pagina, form) {
  let timer = 0;
  const watch = () => {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    timer = setTimeout(() => {
      document.removeEventListener("visibilitychange", watch);
      navigator.sendBeacon(`${pagina}/gezien`, form());
    }, 1000);
  };
  document.addEventListener("visibilitychange", watch);
  watch();
}

function follow(pagina, versie) {
  const note = document.querySelector("[data-nieuw]");
  const look = async () => {
    if (document.visibilityState !== "visible") return;
    let now;
    try {
      now = await (await fetch(`${pagina}/stand`)).json();
    } catch {
      return; // Offline: the next round asks again.
    }
    if (now.stand !== "actief") location.replace(pagina);
    if (now.versie > versie && !note.hasChildNodes()) {
      const again = document.createElement("a");
      again.href = location.href;
      again.textContent = "Laat de nieuwste tekst zien";
      note.append("Deze melding is bijgewerkt. ", again);
    }
  };
  setInterval(look, 20000);
  document.addEventListener("visibilitychange", look);
}
