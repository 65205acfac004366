// Small behaviours that need no framework: theme, keyboard, confirmation.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-bh-theme]");
    if (!button) { return; }
    var root = document.documentElement;
    var next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    try { localStorage.setItem("bh-theme", next); } catch (error) { /* private mode: the choice lasts for this page */ }
  });
})();
