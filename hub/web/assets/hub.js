"use strict";
// What makes the pages quicker for who has JavaScript. Every form also works without this file.

document.documentElement.classList.add("ah-js");
const BEWAARD = "actiehub-toetsen";
const aan = () => localStorage.getItem(BEWAARD) !== "uit";
document.documentElement.classList.toggle("ah-zonder-toetsen", !aan());

const kies = (zoek, binnen = document) => binnen.querySelector(zoek);
const alle = (zoek, binnen = document) => [...binnen.querySelectorAll(zoek)];

// -- shortcuts ---------------------------------------------------------------------------------------------------
function typt(doel) {
  return doel.closest("input:not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select, [contenteditable]");
}

function druk(zoek, binnen = document) {
  const knop = alle(zoek, binnen).find((deel) => deel.offsetParent !== null || deel.tagName === "A");
  if (!knop) return false;
  knop.click();
  return true;
}

function vouwOpen(vouw) {
  vouw.open = true;
  (kies("[data-eerst]", vouw) || kies("button, input, select, textarea", vouw)).focus();
  vouw.scrollIntoView({ block: "nearest" });
}

function opEnter(event) {
  return druk(event.shiftKey ? "[data-toets=uitzetten]" : "[data-toets=voorbeeld]");
}

function opEsc(doel) {
  const open = doel.closest("details[open].ah-vouw");
  if (open) {
    open.open = false;
    kies("summary", open).focus();
    return true;
  }
  if (doel.dataset.nogeens) {
    taak().focus();
    return true;
  }
  if (typt(doel)) {
    doel.blur();
    return true;
  }
  return druk("[data-toets=terug]");
}

function naarNieuw() {
  const adres = document.body.dataset.nieuw;
  if (adres) location.assign(adres);
  return Boolean(adres);
}

// An answer is for the task that has the focus, never for another one that happens to stand above it.
const taak = () => document.activeElement?.closest("[data-taak]");

// It cannot be taken back, so the first press brings the focus to the button and says what a second press does.
function antwoord(toets) {
  const knop = kies(`[data-toets=${toets}]`, taak()), zin = kies("[data-nogeens-zin]", taak());
  if (!knop) return false;
  if (knop.dataset.nogeens) { knop.click(); return true; }
  knop.focus();
  knop.dataset.nogeens = "ja";
  zin.textContent = `Druk nog eens op ${toets} om te antwoorden: ${knop.dataset.woord}. Esc: niet antwoorden.`;
  knop.addEventListener("blur", () => { delete knop.dataset.nogeens; zin.textContent = ""; }, { once: true });
  return true;
}

const LOS = {
  n: () => taak() ? antwoord("n") : naarNieuw(),
  j: () => Boolean(taak()) && antwoord("j"),
  "/": () => { const veld = kies("[data-toets=zoek]"); veld?.focus(); return Boolean(veld); },
  i: () => { const vouw = kies("[data-toets=intrekken]"); if (vouw) vouwOpen(vouw); return Boolean(vouw); },
};

document.addEventListener("keydown", (event) => {
  if (!aan() || event.isComposing || event.repeat) return;
  let gedaan = false;
  if (event.key === "Enter" && event.ctrlKey && !event.altKey) gedaan = opEnter(event);
  else if (event.ctrlKey || event.altKey || event.metaKey) return;
  else if (event.key === "Escape") gedaan = opEsc(event.target);
  else if (!typt(event.target) && Object.hasOwn(LOS, event.key)) gedaan = LOS[event.key]();
  if (gedaan) event.preventDefault();
});

// -- after loading -----------------------------------------------------------------------------------------------
document.addEventListener("DOMContentLoaded", () => {
  const schakel = kies("#toetsen-aan");
  if (schakel) {
    schakel.checked = aan();
    schakel.addEventListener("change", () => {
      localStorage.setItem(BEWAARD, schakel.checked ? "aan" : "uit");
      document.documentElement.classList.toggle("ah-zonder-toetsen", !schakel.checked);
    });
  }
  kies("[data-focus]")?.focus();
  const doel = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (doel instanceof HTMLDetailsElement) vouwOpen(doel);
  if (doel && "taak" in doel.dataset) doel.focus();
  alle("form[data-foto]").forEach(fotoVeld);
});

// A link to a field inside a folded part opens that part first.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const doel = link && document.getElementById(link.getAttribute("href").slice(1));
  if (doel) {
    for (let vouw = doel.closest("details"); vouw; vouw = vouw.parentElement.closest("details")) vouw.open = true;
    if (link.closest("#fouten")) { event.preventDefault(); doel.focus(); doel.scrollIntoView({ block: "center" }); }
  }
  const kopieer = event.target.closest("[data-kopieer]");
  if (kopieer) {
    const bron = document.getElementById(kopieer.dataset.kopieer);
    navigator.clipboard.writeText((bron.value ?? bron.textContent).trim());
    kopieer.textContent = "Gekopieerd";
  }
  if (event.target.closest("[data-print]")) window.print();
});

// One press is one deed: a second click on the same form does nothing until the page answers.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.weg) { event.preventDefault(); return; }
  event.target.dataset.weg = "ja";
});
window.addEventListener("pageshow", () => alle("form[data-weg]").forEach((form) => delete form.dataset.weg));

// -- the photo of a new actie ------------------------------------------------------------------------------------
function fotoVeld(form) {
  const bestand = kies("input[type=file]", form);
  const vak = kies("[data-fotovak]", form);
  if (!bestand || !vak) return;
  const x = kies("[name=focus_x]", form), y = kies("[name=focus_y]", form), bewaard = kies("[name=foto_bewaard]", form);
  const beeld = kies("img", vak), punt = kies("[data-punt]", vak), melding = kies("[data-fotomelding]", form);
  const zet = () => {
    punt.style.left = `${Number(x.value) * 100}%`;
    punt.style.top = `${Number(y.value) * 100}%`;
  };
  const ververs = () => form.dispatchEvent(new Event("input", { bubbles: true }));
  zet();
  x.addEventListener("input", zet);
  y.addEventListener("input", zet);
  kies("button", vak).addEventListener("click", (event) => {
    if (event.detail === 0) return;
    const kader = vak.getBoundingClientRect();
    x.value = ((event.clientX - kader.left) / kader.width).toFixed(2);
    y.value = ((event.clientY - kader.top) / kader.height).toFixed(2);
    zet();
    ververs();
  });
  kies("button", vak).addEventListener("keydown", (event) => {
    const stap = { ArrowLeft: [-0.02, 0], ArrowRight: [0.02, 0], ArrowUp: [0, -0.02], ArrowDown: [0, 0.02] }[event.key];
    if (!stap) return;
    event.preventDefault();
    x.value = Math.min(1, Math.max(0, Number(x.value) + stap[0])).toFixed(2);
    y.value = Math.min(1, Math.max(0, Number(y.value) + stap[1])).toFixed(2);
    zet();
    ververs();
  });
  bestand.addEventListener("change", async () => {
    if (!bestand.files.length) return;
    const inhoud = new FormData();
    inhoud.set("csrf", kies("[name=csrf]", form).value);
    inhoud.set("foto", bestand.files[0]);
    melding.textContent = "De foto wordt nagekeken…";
    const antwoord = await fetch("/acties/foto", { method: "POST", body: inhoud }).catch(() => null);
    const uitkomst = antwoord ? await antwoord.json().catch(() => ({})) : {};
    melding.textContent = uitkomst.melding || "De foto kon niet worden verstuurd. Probeer het opnieuw.";
    if (!uitkomst.foto) { bestand.value = ""; return; }
    bewaard.value = uitkomst.foto;
    beeld.src = `/acties/foto/${uitkomst.foto}.jpg`;
    vak.hidden = false;
    bestand.value = "";
    ververs();
  });
}

// -- what calls on every page: posts that a person must take away, acties about to end ---------------------------
const ROEP_MS = 5000, TOON_MS = 3000;
const TITEL = document.title.replace(/^\(\d+\) Weghalen — /, "");
let klank = null;

function toonRoep(nieuw) {
  const oud = kies("#roep");
  if (oud.outerHTML === nieuw.outerHTML || oud.contains(document.activeElement)) return;
  const { open, weghalen, woord, kort } = nieuw.dataset;
  const geteld = open !== oud.dataset.open || weghalen !== oud.dataset.weghalen;
  oud.replaceWith(nieuw);
  document.title = (weghalen === "0" ? "" : `(${weghalen}) Weghalen — `) + TITEL;
  kies("#roep-kort").textContent = kort;
  toonTeller(open, weghalen, woord);
  const bezig = alle(".ah-taakform input[type=url]").some((veld) => veld.value || veld === document.activeElement);
  if (geteld && kies("[data-taken]") && !bezig && getSelection().isCollapsed) location.reload();
}

function toonTeller(open, weghalen, woord) {
  const link = kies(".ah-nav a[href='/taken']");
  if (!link) return;
  kies(".ah-teller", link)?.remove();
  if (open === "0") return;
  const teller = document.createElement("span"), uitleg = document.createElement("span");
  teller.className = weghalen === "0" ? "ah-teller" : "ah-teller ah-teller--alarm";
  uitleg.className = "ah-weg";
  uitleg.textContent = ` ${woord}`;
  teller.append(open, uitleg);
  link.append(" ", teller);
}

async function vraagRoep() {
  const antwoord = await fetch("/taken/roep", { redirect: "error" }).catch(() => null);
  if (!antwoord?.ok) return;
  const nieuw = new DOMParser().parseFromString(await antwoord.text(), "text/html").querySelector("#roep");
  if (nieuw) toonRoep(document.adoptNode(nieuw));
}

// A browser makes no sound before a click; the choice holds for this tab.
function toon() {
  if (!klank || klank.state !== "running" || kies("#roep")?.dataset.weghalen === "0") return;
  const bron = klank.createOscillator(), sterkte = klank.createGain(), nu = klank.currentTime;
  bron.frequency.value = 660;
  sterkte.gain.setValueAtTime(0.0001, nu);
  sterkte.gain.exponentialRampToValueAtTime(0.08, nu + 0.05);
  sterkte.gain.exponentialRampToValueAtTime(0.0001, nu + 0.5);
  bron.connect(sterkte).connect(klank.destination);
  bron.start(nu);
  bron.stop(nu + 0.5);
}

function geluid(knop, aanzetten) {
  if (aanzetten && !klank) klank = new AudioContext();
  if (klank) aanzetten ? klank.resume() : klank.suspend();
  sessionStorage.setItem("actiehub-geluid", aanzetten ? "aan" : "uit");
  knop.setAttribute("aria-pressed", String(aanzetten));
  knop.textContent = aanzetten ? "Geluid uitzetten" : "Geluid aanzetten";
  toon();
}

document.addEventListener("DOMContentLoaded", () => {
  if (kies("#roep")) setInterval(vraagRoep, ROEP_MS);
  const knop = kies("[data-geluid]");
  if (!knop) return;
  knop.addEventListener("click", () => geluid(knop, knop.getAttribute("aria-pressed") !== "true"));
  if (sessionStorage.getItem("actiehub-geluid") === "aan") geluid(knop, true);
  setInterval(toon, TOON_MS);
});

// -- moving parts: say when the line is down ---------------------------------------------------------------------
let laatste = Date.now();
document.addEventListener("htmx:after:request", (event) => { if (event.detail?.ctx?.response?.raw?.ok) laatste = Date.now(); });
setInterval(() => {
  const vak = kies("#verbinding");
  if (!vak || !kies("[data-levend]") || document.hidden) { laatste = Date.now(); return; }
  const stil = Math.round((Date.now() - laatste) / 1000);
  vak.hidden = stil < 8;
  if (stil >= 8) kies("[data-sinds]", vak).textContent = `sinds ${stil} s`;
}, 1000);
