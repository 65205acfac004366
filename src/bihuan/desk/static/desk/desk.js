// The desk: ticks that survive a new table, the palette, next and previous, going on after a step.
(function () {
  "use strict";
  if (window.bhDesk) { return; }
  window.bhDesk = true;

  function one(selector) { return document.querySelector(selector); }
  function all(selector) { return Array.from(document.querySelectorAll(selector)); }
  function typing(target) { return target.closest && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]"); }

  // ---- ticked rows ----
  var ticked = {};
  function bar() {
    var box = one(".bhd-bulk");
    if (!box) { return; }
    var count = all("[data-bhd-tick]:checked").length;
    box.hidden = count === 0;
    one("[data-bhd-ticked]").textContent = String(count);
    var head = one("[data-bhd-all]");
    if (head) { head.hidden = false; head.checked = count > 0 && count === all("[data-bhd-tick]").length; }
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-bhd-all]")) {
      all("[data-bhd-tick]").forEach(function (box) { box.checked = event.target.checked; });
    }
    if (event.target.matches("[data-bhd-all], [data-bhd-tick]")) { bar(); }
    if (event.target.matches("[data-bhd-time]") && event.target.value) {
      event.target.closest("div, form").querySelector("select[name=until]").value = "at";
    }
    if (event.target.matches("[data-bhd-onward]")) { remember(event.target.checked); }
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.target.id !== "listing") { return; }
    ticked = {};
    all("[data-bhd-tick]:checked").forEach(function (box) { ticked[box.value] = true; });
  });
  document.addEventListener("htmx:afterSwap", function () {
    all("[data-bhd-tick]").forEach(function (box) { if (ticked[box.value]) { box.checked = true; } });
    ticked = {};
    bar();
  });
  // what is shown now is what is kept, and where one comes back to
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-bhd-query]")) { return; }
    var box = form.querySelector("input[name=query], input[name=back]");
    if (box && location.pathname === "/desk" && location.search.length > 1) { box.value = location.search.slice(1); }
  }, true);
  // one open panel at a time; a click beside it closes it
  document.addEventListener("click", function (event) {
    all(".bhd-pop[open]").forEach(function (box) { if (!box.contains(event.target)) { box.open = false; } });
  });

  // ---- going on after a step ----
  function onward() { var box = one("[data-bhd-onward]"); return box && box.checked ? box.dataset.bhdGoal : ""; }
  function remember(on) { try { localStorage.setItem("bh-onward", on ? "1" : ""); } catch (error) { /* private mode */ } }
  function recall() {
    var label = one("[data-bhd-onward-label]");
    if (!label) { return; }
    label.hidden = false;
    try { one("[data-bhd-onward]").checked = localStorage.getItem("bh-onward") === "1"; } catch (error) { /* private mode */ }
  }
  document.addEventListener("htmx:afterSwap", function (event) {
    var form = event.target.id === "bh-dialog-body" && event.target.querySelector("form[data-bh-step]");
    if (form) { goal(form); }
    recall();
  });
  document.addEventListener("submit", function (event) {
    if (event.target.matches("form[data-bh-step]")) { goal(event.target); }
  }, true);
  function goal(form) {
    if (!onward() || form.querySelector("input[name=next]")) { return; }
    var box = document.createElement("input");
    box.type = "hidden"; box.name = "next"; box.value = onward();
    form.appendChild(box);
  }

  // ---- palette ----
  var dialog = null, chosen = -1;
  function open() {
    dialog = one("#bhd-palette");
    if (!dialog || dialog.open) { return Boolean(dialog); }
    borrow();
    dialog.showModal();
    dialog.querySelector("input").value = "";
    filter();
    return true;
  }
  // the entries of the menu are pages too
  function borrow() {
    var list = dialog.querySelector("ul");
    if (list.dataset.bhdWhole) { return; }
    list.dataset.bhdWhole = "1";
    all(".bh-nav a").forEach(function (link, number) {
      if (list.querySelector("[data-bhd-go='" + link.getAttribute("href") + "']")) { return; }
      var line = document.createElement("li"), words = document.createElement("span");
      line.id = "bhd-nav-" + number;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", "false");
      line.dataset.bhdGo = link.getAttribute("href");
      words.textContent = link.textContent.trim();
      line.appendChild(words);
      list.insertBefore(line, list.querySelector("[data-bhd-search]"));
    });
  }
  function lines() { return Array.from(dialog.querySelectorAll("li:not([hidden])")); }
  function filter() {
    var typed = dialog.querySelector("input").value.trim().toLowerCase();
    dialog.querySelectorAll("li[data-bhd-go]").forEach(function (line) {
      line.hidden = typed !== "" && line.textContent.toLowerCase().indexOf(typed) < 0;
    });
    dialog.querySelector("[data-bhd-search]").hidden = typed === "";
    choose(0);
  }
  function choose(number) {
    var shown = lines();
    chosen = shown.length ? (number + shown.length) % shown.length : -1;
    dialog.querySelectorAll("li").forEach(function (line) { line.setAttribute("aria-selected", "false"); });
    var box = dialog.querySelector("input");
    box.removeAttribute("aria-activedescendant");
    if (chosen < 0) { return; }
    shown[chosen].setAttribute("aria-selected", "true");
    shown[chosen].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", shown[chosen].id);
  }
  function go(line) {
    if (line.dataset.bhdGo) { location.assign(line.dataset.bhdGo); }
    else { dialog.querySelector("form").requestSubmit(); }
  }
  document.addEventListener("input", function (event) { if (event.target.id === "bhd-palette-q") { filter(); } });
  document.addEventListener("click", function (event) {
    var line = event.target.closest("#bhd-palette li");
    if (line) { go(line); } else if (event.target.id === "bhd-palette") { event.target.close(); }
  });

  // ---- keys ----
  document.addEventListener("keydown", function (event) {
    if (event.isComposing) { return; }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { if (open()) { event.preventDefault(); } return; }
    if (event.target.id === "bhd-palette-q") { inPalette(event); return; }
    if (event.key === "Escape") { all(".bhd-pop[open]").forEach(function (box) { box.open = false; box.querySelector("summary").focus(); }); }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || event.target.closest("dialog")) { return; }
    var row = document.activeElement && document.activeElement.closest("[data-bh-row]");
    if (event.key === "/" && open()) { event.preventDefault(); }
    else if (event.key === "x" && row && row.querySelector("[data-bhd-tick]")) { row.querySelector("[data-bhd-tick]").click(); }
    else if (event.key === "]" && one("[data-bhd-next]")) { one("[data-bhd-next]").click(); }
    else if (event.key === "[" && one("[data-bhd-previous]")) { one("[data-bhd-previous]").click(); }
    else if (event.key === "z" && one("[data-bhd-snooze]")) { one("[data-bhd-snooze]").click(); event.preventDefault(); }
  });
  function inPalette(event) {
    if (event.key === "ArrowDown") { choose(chosen + 1); }
    else if (event.key === "ArrowUp") { choose(chosen - 1); }
    else if (event.key === "Enter" && chosen >= 0) { go(lines()[chosen]); }
    else { return; }
    event.preventDefault();
  }

  bar();
  recall();
})();
