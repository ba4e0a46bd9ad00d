// The theme's search dialog has no name; without one a screen reader says only "dialog".
document.querySelector('[data-md-component="search"]')?.setAttribute("aria-label", "Search");

// A filtered list can be sent to somebody: the last choice stands in the address.
const chosen = document.getElementById(location.hash.slice(1));
if (chosen?.matches(".rn-filters input")) chosen.checked = true;
document.querySelector(".md-typeset")?.addEventListener("change", ({ target }) => {
  if (target.matches(".rn-filters input")) history.replaceState(null, "", `#${target.id}`);
});
