// Runs before anything is drawn, so that the page never flashes in the other theme.
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // a browser that keeps nothing: as the system has it
}
