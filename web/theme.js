// Puts the chosen theme on the page before anything is painted; preferences.js changes it later.
try {
  const chosen = JSON.parse(localStorage.getItem("switchboard:theme"));
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; then the page follows the system's theme.
}
