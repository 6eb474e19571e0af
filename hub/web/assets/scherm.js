// The live page of a scherm. Rules: never an error on the glass; a running actie goes dark at once when the hub says
// so, and by itself when the hub has been silent for a lease; otherwise the old picture stays until the new is ready.
(() => {
  "use strict";
  const LEASE = Number(document.body.dataset.lease) * 1000;
  // A browser opens six connections to one address. Six schermen in the frames of one page would fill them all with
  // event streams and no picture would ever come, so in a frame we ask often instead of listening.
  const INGEBED = window.self !== window.top;
  const POLL = INGEBED ? 700 : Number(document.body.dataset.poll) * 1000;
  const DAY = 24 * 3600 * 1000;
  const beelden = [document.getElementById("een"), document.getElementById("twee")];

  const glas = { render: "", actief: false, url: "", sinds: null };
  let voor = 0; // which of the two pictures is in front
  let stand = { versie: "", actief: false };
  let geladen = null; // the versie of which the picture is on the glass
  let bezig = false;
  let bron = null;
  let mislukt = 0;
  let meldt = false;
  let nogEens = false;

  const jitter = (ms) => ms * (0.8 + Math.random() * 0.4);
  // Two clocks: one stops while a machine sleeps, the other jumps when someone sets it. The later one counts.
  const moment = () => ({ loop: performance.now(), wand: Date.now() });
  const sinds = (toen) => Math.max(performance.now() - toen.loop, Date.now() - toen.wand);
  const begin = moment();
  let contact = moment();
  let volgendePoll = performance.now() + 3000;
  let volgendeBron = performance.now();
  let volgendBeeld = performance.now() + 2000;

  // Proof of play of a running actie: which picture, from when, for how many seconds. Lost when the hub is away.
  function vertoond() {
    if (!glas.actief) return;
    const seconden = Math.min(86400, Math.round((performance.now() - glas.sinds.loop) / 1000));
    const begin = new Date(glas.sinds.wand).toISOString();
    haal("vertoningen", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ vertoningen: [{ render: glas.render, begin, seconden, bron: "pagina" }] }),
    }).catch(() => {});
  }

  function donker() {
    vertoond();
    for (const beeld of beelden) {
      beeld.classList.remove("voor");
      beeld.removeAttribute("src");
    }
    if (glas.url) URL.revokeObjectURL(glas.url);
    Object.assign(glas, { render: "", actief: false, url: "" });
    geladen = null;
  }

  function verwerk(nieuw) {
    contact = moment();
    stand = nieuw;
    if (!nieuw.actief && glas.actief) {
      donker();
      meld();
    }
    if (nieuw.versie !== geladen) laad();
  }

  async function haal(url, opties) {
    const stop = new AbortController();
    const klok = setTimeout(() => stop.abort(), 15000);
    try {
      const antwoord = await fetch(url, { cache: "no-store", signal: stop.signal, ...opties });
      if (!antwoord.ok) throw new Error(String(antwoord.status));
      return { antwoord, inhoud: await antwoord.blob() };
    } finally {
      clearTimeout(klok);
    }
  }

  async function laad() {
    if (bezig) return;
    bezig = true;
    const versie = stand.versie;
    let url = "";
    try {
      const { antwoord, inhoud } = await haal("img.jpg");
      const actief = antwoord.headers.get("Actiehub-Stand") === "actief";
      url = URL.createObjectURL(inhoud);
      const achter = beelden[1 - voor];
      achter.src = url;
      await achter.decode();
      // The hub may have ended the actie while this picture was on its way.
      if (actief && !stand.actief && stand.versie !== versie) throw new Error("verlopen");
      wissel(url, actief, (antwoord.headers.get("ETag") || "").replaceAll('"', ""));
      url = "";
      geladen = versie;
      contact = moment();
      meld();
    } catch {
      volgendBeeld = performance.now() + jitter(3000);
      if (url) {
        beelden[1 - voor].removeAttribute("src");
        URL.revokeObjectURL(url);
      }
    } finally {
      bezig = false;
      if (stand.versie !== versie) laad();
    }
  }

  function wissel(url, actief, render) {
    vertoond();
    const oud = glas.url;
    beelden[1 - voor].classList.add("voor");
    beelden[voor].classList.remove("voor");
    beelden[voor].removeAttribute("src");
    voor = 1 - voor;
    if (oud) URL.revokeObjectURL(oud);
    Object.assign(glas, { render, actief, url, sinds: moment() });
  }

  async function meld() {
    if (meldt) {
      nogEens = true;
      return;
    }
    meldt = true;
    volgendePoll = performance.now() + jitter(POLL);
    try {
      const { inhoud } = await haal("hartslag", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ render: glas.render, donker: glas.url === "" }),
      });
      verwerk(JSON.parse(await inhoud.text()));
    } catch {
      volgendePoll = performance.now() + jitter(INGEBED ? 3000 : Math.min(POLL, 10000));
    } finally {
      meldt = false;
      if (nogEens) {
        nogEens = false;
        meld();
      }
    }
  }

  function luister() {
    bron = new EventSource("events");
    bron.addEventListener("stand", (bericht) => {
      mislukt = 0;
      verwerk(JSON.parse(bericht.data));
    });
    bron.onerror = () => {
      bron.close();
      bron = null;
      mislukt = Math.min(mislukt + 1, 5);
      volgendeBron = performance.now() + jitter(1000 * 2 ** mislukt);
    };
  }

  async function ververs() {
    // A fresh start once a day, at rest and only when the hub answers: a browser's error page never goes away.
    begin.loop += DAY / 24;
    begin.wand += DAY / 24;
    try {
      await haal("", { method: "HEAD" });
      location.reload();
    } catch {
      // Tried again in an hour.
    }
  }

  setInterval(() => {
    const nu = performance.now();
    if (glas.actief && sinds(contact) >= LEASE) donker();
    if (!INGEBED && !bron && nu >= volgendeBron) luister();
    if (nu >= volgendePoll) meld();
    if (!bezig && stand.versie !== geladen && nu >= volgendBeeld) laad();
    if (!glas.actief && !bezig && sinds(begin) > DAY && sinds(contact) < POLL) ververs();
  }, INGEBED ? 250 : 1000);
  if (INGEBED) meld();
  else luister();
})();
