// The page of one task on a phone. Without this file it works too: the text can be held and copied, the picture saved.
"use strict";

const blad = document.querySelector("main[data-stand]");
const { stand, pad, kenmerk } = blad.dataset;
const BEKIJK_MS = 10000;

// What may no longer be placed must not stay on the phone: also not on a page that was left open or comes back.
async function kijk() {
  if (document.visibilityState !== "visible") return;
  const antwoord = await fetch(`${pad}/stand`, { cache: "no-store" }).catch(() => null);
  if (!antwoord?.ok) return; // Offline: the next round asks again.
  if ((await antwoord.json()).stand === stand) return;
  blad.replaceChildren();
  location.replace(pad);
}

if (stand === "plaatsen" || stand === "weghalen") {
  setInterval(kijk, BEKIJK_MS);
  document.addEventListener("visibilitychange", kijk);
  window.addEventListener("pageshow", (event) => { if (event.persisted) kijk(); });
}
if (stand === "plaatsen") plaatsen();

async function plaatsen() {
  const tekst = blad.querySelector("[data-tekst]").textContent;
  const status = blad.querySelector("[data-status]"), beeld = blad.querySelector("[data-beeld]");
  const balk = blad.querySelector("[data-deelbalk]"), kopieer = blad.querySelector("[data-kopieer]");
  const zeg = (woorden) => { status.textContent = woorden; status.scrollIntoView({ block: "center" }); };

  if (navigator.clipboard) {
    kopieer.hidden = false;
    kopieer.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(tekst);
        kopieer.textContent = "Gekopieerd";
      } catch {
        zeg("Kopiëren lukte niet. Houd de tekst ingedrukt en kies Kopieer.");
      }
    });
  }

  // Without a bar to share there is a post already, and sharing would make a second one.
  // The sheet of the device opens only straight after a press, so the picture is fetched before that.
  const wat = { text: tekst };
  if (beeld) wat.files = await bestand(beeld.src);
  if (!wat.files?.length) delete wat.files;
  const alles = !beeld || Boolean(wat.files);
  if (!balk || !navigator.share || !alles || (navigator.canShare && !navigator.canShare(wat))) return;

  balk.hidden = false;
  blad.querySelector("[data-zelf]").open = false;
  const deel = blad.querySelector("[data-deel]");
  deel.addEventListener("click", async () => {
    // Some apps drop the words beside a picture: then they can be pasted.
    navigator.clipboard?.writeText(tekst).catch(() => {});
    try {
      await navigator.share(wat);
      zeg("Gedeeld. Staan tekst en plaatje er allebei? De tekst is ook gekopieerd: plak hem als hij ontbreekt.");
      // What is asked now is the link, so sharing once more steps back.
      deel.textContent = "Deel opnieuw";
      deel.classList.replace("utrecht-button--primary-action", "utrecht-button--secondary-action");
      balk.classList.add("taak-delen--gedaan");
    } catch (fout) {
      // Closing the sheet is a choice, not a fault.
      if (fout.name === "AbortError") return;
      blad.querySelector("[data-zelf]").open = true;
      zeg("Delen lukte niet op deze telefoon. Kopieer de tekst en bewaar het plaatje.");
    }
  });
}

async function bestand(adres) {
  const antwoord = await fetch(adres, { cache: "no-store" }).catch(() => null);
  if (!antwoord?.ok) return [];
  const inhoud = await antwoord.blob();
  return [new File([inhoud], `${kenmerk}.jpg`, { type: inhoud.type })];
}
