// Fetches the posts again every second and shows them when something changed.
const plek = document.getElementById("berichten");
let vorige = null;
async function ververs() {
  try {
    const antwoord = await fetch(plek.dataset.bron, { cache: "no-store" });
    if (antwoord.ok) {
      const nieuw = await antwoord.text();
      if (nieuw !== vorige) {
        // A button that has the focus keeps it after the change.
        const actie = document.activeElement?.closest("form")?.getAttribute("action");
        plek.innerHTML = nieuw;
        if (actie) plek.querySelector(`form[action="${actie}"] button`)?.focus();
        vorige = nieuw;
      }
    }
  } catch {
    // Proefnet is away for a moment; what is on the page stays until it answers again.
  }
  setTimeout(ververs, 1000);
}
ververs();
