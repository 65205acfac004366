// Live updates: one stream a browser, shared among its tabs; what is shown and changed is loaded anew by htmx.
// The tab that holds the lock "bh-live" keeps the stream and tells the others; without locks each tab has its own.
// Every tab knows the position of its page in the journal and takes what lies behind it, each event once.
(function () {
  "use strict";
  var body = document.body;
  var url = body.dataset.bhLive;
  if (!url || !window.EventSource) { return; }

  var KEEP = 500;        // events that the leading tab keeps for tabs that join
  var CALM = 4000;       // milliseconds between two loads of a list
  var mine = body.dataset.bhLiveFrom || "";
  var channel = window.BroadcastChannel && navigator.locks ? new BroadcastChannel("bh-live") : null;
  var leading = false;
  var source = null;
  var begun = "";        // from where on ``kept`` is whole
  var last = "";
  var kept = [];
  var pause = 30000;

  function after(a, b) {
    var left = String(a || "0.0.0").split(".").map(Number), right = String(b || "0.0.0").split(".").map(Number);
    for (var at = 0; at < 3; at += 1) { if (left[at] !== right[at]) { return left[at] > right[at]; } }
    return false;
  }

  // ---- the stream ----
  function open(from) {
    if (source) { source.close(); }
    begun = from;
    last = from;
    kept = [];
    source = new EventSource(url + "?from=" + encodeURIComponent(from), { withCredentials: true });
    ["case", "gone", "again", "letter"].forEach(function (name) { source.addEventListener(name, heard); });
    source.addEventListener("here", present);
    ["hello", "beat"].forEach(function (name) { source.addEventListener(name, noted); });
    source.addEventListener("end", function () { again(3000); });
    source.onerror = function () { if (source.readyState === 2) { again(pause); pause = Math.min(pause * 2, 300000); } };
  }
  function again(milliseconds) {
    source.close();
    window.setTimeout(function () { open(last); }, milliseconds);
  }
  function noted(event) {
    pause = 30000;
    if (after(event.lastEventId, last)) { last = event.lastEventId; }
  }
  function heard(event) {
    var said = { name: event.type, id: event.lastEventId, data: JSON.parse(event.data) };
    noted(event);
    kept.push(said);
    if (kept.length > KEEP) { begun = kept.shift().id; }
    if (channel) { channel.postMessage(said); }
    take(said);
  }

  // who is on a case is not of the journal: it has no position and is not kept for tabs that join
  function present(event) {
    var said = { name: "here", data: JSON.parse(event.data) };
    if (channel) { channel.postMessage(said); }
    here(said);
  }
  function here(said) { tell("bh:here-" + said.data.case, {}); }

  // ---- tabs ----
  function join() { channel.postMessage({ name: "join", from: mine }); }
  function lead() {
    leading = true;
    open(mine);
    if (channel) { channel.postMessage({ name: "lead" }); }
    return new Promise(function () { /* until this tab closes */ });
  }
  function met(event) {
    var said = event.data;
    if (said.name === "lead") { join(); }
    else if (said.name === "here") { here(said); }
    else if (said.name !== "join") { take(said); }
    else if (leading && after(begun, said.from)) { open(said.from); }
    else if (leading) {
      kept.forEach(function (one) { if (after(one.id, said.from)) { channel.postMessage(one); } });
    }
  }
  if (channel) {
    channel.onmessage = met;
    navigator.locks.request("bh-live", lead);
    join();
  } else {
    lead();
  }
  window.addEventListener("pageshow", function (event) { if (event.persisted) { everything(); } });

  // ---- what is shown ----
  function take(said) {
    if (!after(said.id, mine)) { return; }
    mine = said.id;
    if (said.name === "again") { everything(); tell("bh:letter", {}); return; }
    if (said.name === "letter") { tell("bh:letter", { id: said.data.letter, leading: leading }); return; }
    changed(said.data.case, said.name);
  }
  function changed(id, name) {
    tell("bh:case-" + id, { id: id, name: name });
    if (name === "gone" && document.querySelector("[data-bh-case='" + id + "']:not([data-bh-row])")) { toast("bhGone"); }
    marked[id] = true;
    mark();
    listLater();
  }
  function everything() {
    document.querySelectorAll("[data-bh-case]").forEach(function (one) { tell("bh:case-" + one.dataset.bhCase, {}); });
    listLater();
  }
  function tell(name, detail) { body.dispatchEvent(new CustomEvent(name, { detail: detail })); }
  function toast(text) {
    var box = document.getElementById("bh-toast");
    if (!box || !box.dataset[text]) { return; }
    box.textContent = box.dataset[text];
    box.hidden = false;
    window.setTimeout(function () { box.hidden = true; }, 8000);
  }

  // a list: its first page is loaded anew at its present address, seldom, and only while somebody looks at it
  var marked = {};
  var waiting = false;
  var loadedAt = 0;
  function mark() {
    document.querySelectorAll("[data-bh-row][data-bh-case]").forEach(function (row) {
      row.classList.toggle("bh-changed", marked[row.dataset.bhCase] === true);
    });
  }
  function listLater() {
    if (waiting || !document.querySelector("[data-bh-live-list]")) { return; }
    waiting = true;
    window.setTimeout(list, Math.max(600, loadedAt + CALM - Date.now()));
  }
  function list() {
    var box = document.querySelector("[data-bh-live-list]");
    waiting = false;
    if (!box || document.hidden || box.dataset.bhPaged || box.querySelector(".htmx-request")) { return; }
    loadedAt = Date.now();
    htmx.ajax("GET", location.pathname + location.search, { source: box, target: box, swap: "innerHTML" });
  }
  document.addEventListener("visibilitychange", function () { if (!document.hidden && Object.keys(marked).length) { listLater(); } });
  document.addEventListener("htmx:beforeRequest", function (event) {
    var more = event.target.closest(".bh-more"), box = more && more.closest("[data-bh-live-list]");
    if (box) { box.dataset.bhPaged = "1"; }
  });
  var focused = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    var row = event.target.matches("[data-bh-live-list]") && document.activeElement.closest("[data-bh-row]");
    focused = row ? row.dataset.bhCase : null;
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (!event.target.matches("[data-bh-live-list]")) { return; }
    mark();
    var row = focused && event.target.querySelector("[data-bh-case='" + focused + "'] a[data-bh-open]");
    if (row) { row.focus({ preventScroll: true }); }
  });

  // parts of a page: nothing that somebody is writing, choosing or sending is taken away, what is open stays open
  function isChosen(box) {
    var all = Array.from(box.options), given = all.filter(function (option) { return option.defaultSelected; });
    var first = box.multiple || given.length ? given : all.slice(0, 1);
    return all.some(function (option) { return option.selected !== (first.indexOf(option) >= 0); });
  }
  function isBusy(part) {
    var here = document.activeElement;
    if (here && part.contains(here) && here.matches("input, textarea, select")) { return true; }
    if (Array.from(part.querySelectorAll(".bh-file")).some(function (file) { return file.bhJob; })) { return true; }
    if (Array.from(part.querySelectorAll("select")).some(isChosen)) { return true; }
    return Array.from(part.querySelectorAll("textarea, input:not([type=hidden])")).some(function (box) {
      return box.value !== box.defaultValue || box.checked !== box.defaultChecked;
    });
  }
  var opened = {};
  var atEnd = {};
  function summaries(part) {
    return Array.from(part.querySelectorAll("details[open] > summary")).map(function (one) { return one.textContent.trim().split("\n")[0]; });
  }
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    var part = event.detail.target;
    if (!part || !part.id || !document.getElementById("bh-live-parts")) { return; }
    if (isBusy(part)) {
      event.detail.shouldSwap = false;
      part.classList.add("bh-stale");
      toast("bhStale");
      return;
    }
    opened[part.id] = summaries(part);
    atEnd[part.id] = part.scrollHeight - part.scrollTop - part.clientHeight < 40;
  });
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    var part = event.detail.target;
    if (!part || !part.id || !opened[part.id]) { return; }
    part.querySelectorAll("details").forEach(function (one) {
      var head = one.querySelector("summary");
      if (head && opened[part.id].indexOf(head.textContent.trim().split("\n")[0]) >= 0) { one.open = true; }
    });
    if (part.matches("[data-bh-end]") && atEnd[part.id]) { part.scrollTop = part.scrollHeight; }
  });
})();
