// The theme's search dialog has no name; without one a screen reader says only "dialog".
document.querySelector('[data-md-component="search"]')?.setAttribute("aria-label", "Search");
