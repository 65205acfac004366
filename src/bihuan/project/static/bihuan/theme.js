// Before the first paint: the theme that the person chose, else the system's.
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem("bh-theme"); } catch (error) { chosen = null; }
  var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", chosen || (dark ? "dark" : "light"));
})();
