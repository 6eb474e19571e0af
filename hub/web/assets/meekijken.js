// Meekijken: asks the stand twice a second and fills clock, counters and receipt. Works on our own origin only.
"use strict";

const TEKENS = { verdwenen: "✓", zichtbaar: "…", taak: "!", "niet-controleerbaar": "?" };
const el = (id) => document.getElementById(id);
let stand = null;

function duur(milliseconden) {
  const totaal = Math.max(0, Math.floor(milliseconden / 1000));
  const minuten = Math.floor(totaal / 60);
  return `${String(minuten).padStart(2, "0")}:${String(totaal % 60).padStart(2, "0")}`;
}

function regel(plaats) {
  const item = document.createElement("li");
  item.className = plaats.staat;
  const teken = document.createElement("span");
  teken.className = "teken";
  teken.textContent = TEKENS[plaats.staat];
  teken.setAttribute("aria-hidden", "true");
  const midden = document.createElement("span");
  midden.textContent = `${plaats.soort}: ${plaats.naam}`;
  const klein = document.createElement("small");
  klein.textContent = plaats.tekst + (plaats.staat === "zichtbaar" && plaats.uiterlijk ? `, uiterlijk ${plaats.uiterlijk}` : "");
  midden.append(klein);
  const tijd = document.createElement("time");
  tijd.textContent = plaats.om;
  item.append(teken, midden, tijd);
  return item;
}

function seconden(getal) {
  return getal.toLocaleString("nl-NL", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

function toonBewijs(bewijs) {
  el("plaatsen").replaceChildren(...(bewijs ? bewijs.plaatsen.map(regel) : []));
  el("buiten").hidden = !bewijs;
  if (!bewijs) {
    el("bewijsstand").textContent = "Druk op Gevonden. Dan vult dit bewijs zich regel voor regel.";
    return;
  }
  const weg = bewijs.plaatsen.filter((plaats) => plaats.staat === "verdwenen").length;
  const onzeker = bewijs.plaatsen.filter((plaats) => plaats.staat === "niet-controleerbaar").length;
  el("bewijsstand").textContent = bewijs.compleet
    ? `Compleet: ${weg} plaatsen zijn leeg, ${onzeker} niet te controleren.`
    : `${weg} van ${bewijs.plaatsen.length} plaatsen zijn leeg.`;
  el("buitenlijst").replaceChildren(
    ...bewijs.buitenBereik.map((tekst) => Object.assign(document.createElement("li"), { textContent: tekst })),
  );
}

// Written only when it changed: a link that is replaced twice a second cannot be clicked, and would be read out each time.
function toonWacht(wacht) {
  const nu = JSON.stringify(wacht);
  if (el("wacht").dataset.nu === nu) return;
  el("wacht").dataset.nu = nu;
  el("wacht").replaceChildren(...wacht.map(({ kanaal, op, woord }) => {
    const item = document.createElement("li");
    item.textContent = `${kanaal} ${woord}.`;
    if (op === "mens") item.append(" ", Object.assign(document.createElement("a"), { href: "/taken", textContent: "Naar Taken" }));
    return item;
  }));
}

// Which other actie has a place on some schermen; like what waits, written only when it changed.
function toonGedeeld(zinnen) {
  const nu = JSON.stringify(zinnen);
  if (el("gedeeld").dataset.nu === nu) return;
  el("gedeeld").dataset.nu = nu;
  el("gedeeld").replaceChildren(...zinnen.map((zin) => Object.assign(document.createElement("li"), { textContent: zin })));
}

function toonKlok() {
  if (!stand || !stand.actie) return;
  const { actie, bewijs, lichtSeconden, wacht } = stand;
  const over = actie.fase === "ingetrokken" || actie.fase === "afgesloten";
  if (!over) {
    el("klokwoord").textContent = "Te zien sinds";
    el("klok").textContent = duur(Date.now() - Date.parse(actie.gestartOp));
    el("klokbij").textContent = wacht.length ? "Nog niet overal geplaatst." : lichtSeconden === null ? "" : `Overal geplaatst in ${seconden(lichtSeconden)} seconden`;
  } else if (bewijs && bewijs.compleet && bewijs.donkerSeconden !== null) {
    el("klokwoord").textContent = "Overal weg in";
    el("klok").textContent = `${seconden(bewijs.donkerSeconden)} s`;
    el("klokbij").textContent = "Van de start van het weghalen tot de laatste lege plaats.";
  } else {
    el("klokwoord").textContent = "Weghalen loopt";
    el("klok").textContent = duur(Date.now() - Date.parse(actie.beeindigdOp));
    el("klokbij").textContent = wacht.length ? "Nog niet overal weg." : "";
  }
}

function toon(nieuw) {
  stand = nieuw;
  const { actie } = nieuw;
  const over = actie && (actie.fase === "ingetrokken" || actie.fase === "afgesloten");
  document.body.dataset.fase = !actie || over ? "over" : "actief";
  el("actietitel").textContent = !actie ? "Er loopt geen actie." : over ? "Gevonden. Bedankt voor het uitkijken." : actie.titel;
  if (!actie) return;
  el("geplaatst").textContent = nieuw.geplaatst;
  el("kliks").textContent = nieuw.kliks;
  el("reacties").textContent = nieuw.reacties;
  const { nu, van, zinnen } = nieuw.schermen;
  el("opschermen").textContent = over ? "–" : `${nu} van ${van}`;
  toonGedeeld(zinnen);
  toonBewijs(nieuw.bewijs);
  toonWacht(nieuw.wacht);
  toonKlok();
}

async function vraag() {
  try {
    const antwoord = await fetch("/meekijken/stand", { headers: { Accept: "application/json" } });
    if (antwoord.ok) toon(await antwoord.json());
  } catch {
    el("klokbij").textContent = "Geen verbinding met de hub; er wordt opnieuw geprobeerd.";
  }
  setTimeout(vraag, 500);
}

for (const vorm of document.querySelectorAll(".regie form")) {
  vorm.addEventListener("submit", async (gebeurtenis) => {
    gebeurtenis.preventDefault();
    const knop = vorm.querySelector("button");
    knop.disabled = true;
    await fetch(vorm.action, { method: "POST", body: new FormData(vorm), redirect: "manual" });
    knop.disabled = false;
  });
}

vraag();
setInterval(toonKlok, 250);
