// Small behaviours that need no framework: theme, dialog for htmx parts, keyboard of the desk, drafts, errors.
(function () {
  "use strict";

  function one(selector) { return document.querySelector(selector); }

  // ---- theme ----
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-bh-theme]")) { return; }
    var root = document.documentElement;
    var next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", next);
    try { localStorage.setItem("bh-theme", next); } catch (error) { /* private mode: the choice lasts for this page */ }
  });

  // ---- dialog: a link with data-bh-dialog loads its page as a part into it ----
  var opener = null;
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-bh-dialog]");
    if (link && window.htmx && !event.ctrlKey && !event.metaKey && event.button === 0) {
      event.preventDefault();
      opener = link;
      htmx.ajax("GET", link.href, { target: "#bh-dialog-body", swap: "innerHTML" });
      return;
    }
    if (event.target.closest("#bh-dialog [data-bh-close]") || event.target.id === "bh-dialog") {
      event.preventDefault();
      one("#bh-dialog").close();
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id !== "bh-dialog-body") { return; }
    var dialog = one("#bh-dialog");
    if (!dialog.open) { dialog.showModal(); }
    var first = dialog.querySelector("[data-bh-error], .is-invalid, textarea, select, input:not([type=hidden])");
    if (first) { first.focus(); }
  });
  document.addEventListener("close", function (event) {
    if (event.target.id === "bh-dialog" && opener) { opener.focus(); opener = null; }
  }, true);
  // what was typed is not thrown away by a slip of the key
  document.addEventListener("cancel", function (event) {
    var form = event.target.id === "bh-dialog" && event.target.querySelector("form[data-bh-dirty]");
    if (form) { event.preventDefault(); form.removeAttribute("data-bh-dirty"); }
  }, true);
  document.addEventListener("input", function (event) {
    var form = event.target.closest("form[data-bh-step]");
    if (form) { form.setAttribute("data-bh-dirty", "1"); }
  });

  // ---- forms are sent once; in the dialog by htmx, errors come back into it ----
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.matches("#bh-dialog form[data-bh-step]") && window.htmx) {
      event.preventDefault();
      htmx.ajax("POST", form.action, { source: form, target: "#bh-dialog-body", swap: "innerHTML" });
    }
    var button = form.querySelector("button[type=submit]");
    if (button && form.method === "post") { window.setTimeout(function () { button.disabled = true; }, 0); }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("button[type=submit][disabled]").forEach(function (button) { button.disabled = false; });
  });

  // ---- htmx: refusals are shown, an outage is said ----
  document.addEventListener("htmx:beforeSwap", function (event) {
    var status = event.detail.xhr.status;
    if (status === 409 || status === 422 || status === 403 || status === 404 || status === 413 || status === 503) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  function offline() {
    var toast = one("#bh-toast");
    toast.textContent = toast.dataset.bhOffline;
    toast.hidden = false;
    window.setTimeout(function () { toast.hidden = true; }, 8000);
    document.querySelectorAll("button[type=submit][disabled]").forEach(function (button) { button.disabled = false; });
  }
  document.addEventListener("htmx:sendError", offline);
  document.addEventListener("htmx:timeout", offline);
  document.addEventListener("htmx:responseError", offline);

  // ---- tabs without a framework: radio-like buttons show their panel ----
  document.addEventListener("click", function (event) {
    var tab = event.target.closest("[role=tab]");
    if (tab) { choose(tab); }
  });
  function choose(tab) {
    tab.closest("[role=tablist]").querySelectorAll("[role=tab]").forEach(function (other) {
      var chosen = other === tab;
      other.setAttribute("aria-selected", chosen ? "true" : "false");
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
    });
  }
  document.addEventListener("keydown", function (event) {
    var tab = event.target.closest && event.target.closest("[role=tab]");
    if (!tab || (event.key !== "ArrowRight" && event.key !== "ArrowLeft")) { return; }
    var tabs = Array.from(tab.closest("[role=tablist]").querySelectorAll("[role=tab]"));
    var next = tabs[(tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
    choose(next);
    next.focus();
  });

  // ---- keyboard of lists: j k move, Enter opens, t takes, ? help ----
  function rows() { return Array.from(document.querySelectorAll("[data-bh-row]")); }
  function move(step) {
    var all = rows();
    var at = all.indexOf(document.activeElement && document.activeElement.closest("[data-bh-row]"));
    var next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    if (next) { next.querySelector("a[data-bh-open]").focus(); next.scrollIntoView({ block: "nearest" }); }
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) { return; }
    var row = document.activeElement && document.activeElement.closest("[data-bh-row]");
    if (event.key === "j") { move(1); }
    else if (event.key === "k") { move(-1); }
    else if (event.key === "t" && row && row.querySelector("[data-bh-take]")) { row.querySelector("[data-bh-take]").click(); }
    else if (event.key === "?" && one("[data-bh-help]")) { one("[data-bh-help]").click(); }
    else if (event.key === "r" && one("[data-bh-reply]")) { event.preventDefault(); one("[data-bh-reply]").focus(); }
    else if (event.key === "n" && one("[data-bh-main-step]")) { one("[data-bh-main-step]").click(); }
    else { return; }
    event.preventDefault();
  });

  // the newest message is what one wants to see
  document.querySelectorAll("[data-bh-end]").forEach(function (box) { box.scrollTop = box.scrollHeight; });
})();
