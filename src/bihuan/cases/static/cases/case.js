// The case page: offers while writing (@ colleagues, [[ clauses), drafts of two windows, who is here, files large.
(function () {
  "use strict";

  function one(selector, root) { return (root || document).querySelector(selector); }
  function all(selector, root) { return Array.from((root || document).querySelectorAll(selector)); }

  // ---- offers while writing: a list under the text field, chosen with the keyboard, focus stays in the field ----
  var list = one("#bh-offers");
  var box = null;       // the text field that the list belongs to
  var from = -1;        // where the sign stands that opened the list
  var asked = 0;        // only the answer to the latest question counts
  var timer = null;

  function trigger(field) {
    var before = field.value.slice(0, field.selectionStart);
    var cite = before.lastIndexOf("[[");
    if (cite >= 0 && before.slice(cite).indexOf("\n") < 0 && before.length - cite < 42 && before.indexOf("»", cite) < 0) {
      return { at: cite, sign: "[[", word: before.slice(cite + 2), path: list.dataset.bhCite };
    }
    var mention = before.lastIndexOf("@");
    if (mention >= 0 && field.dataset.bhWrite === "internal" && /^[^\s@]{0,20}$/.test(before.slice(mention + 1))) {
      return { at: mention, sign: "@", word: before.slice(mention + 1), path: list.dataset.bhColleagues };
    }
    return null;
  }
  function hide() {
    asked += 1;
    if (!list || list.hidden) { return; }
    list.hidden = true;
    if (box) { box.removeAttribute("aria-activedescendant"); }
  }
  function look(field) {
    var found = trigger(field);
    if (!found) { hide(); return; }
    box = field;
    from = found.at;
    var question = asked += 1;
    fetch(found.path + "?q=" + encodeURIComponent(found.word), { headers: { "HX-Request": "true" }, credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (html) { if (question === asked) { show(field, html); } })
      .catch(function () { hide(); });
  }
  function show(field, html) {
    if (!html) { hide(); return; }
    field.insertAdjacentElement("afterend", list);
    list.innerHTML = html;
    list.hidden = false;
    field.setAttribute("aria-controls", "bh-offers");
    field.setAttribute("aria-autocomplete", "list");
    mark(0);
  }
  function options() { return all("[role=option]", list); }
  function mark(index) {
    options().forEach(function (option, place) {
      option.setAttribute("aria-selected", place === index ? "true" : "false");
      if (place === index) { box.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    });
  }
  function marked() { return options().findIndex(function (option) { return option.getAttribute("aria-selected") === "true"; }); }
  function insert(option) {
    var end = box.selectionStart;
    box.setRangeText(option.dataset.bhInsert, from, end, "end");
    box.focus();
    hide();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function write(field, sign) {
    field.focus();
    var start = field.selectionStart;
    var gap = start > 0 && !/\s/.test(field.value[start - 1]) ? " " : "";
    field.setRangeText(gap + sign, start, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  if (list) {
    document.addEventListener("input", function (event) {
      var field = event.target;
      if (!field.matches("textarea")) { return; }
      window.clearTimeout(timer);
      timer = window.setTimeout(function () { look(field); }, 120);
    });
    document.addEventListener("keydown", function (event) {
      if (list.hidden || event.target !== box || event.isComposing) { return; }
      var choice = options(), at = marked();
      if (event.key === "ArrowDown" && choice.length) { mark((at + 1) % choice.length); }
      else if (event.key === "ArrowUp" && choice.length) { mark((at + choice.length - 1) % choice.length); }
      else if ((event.key === "Enter" || event.key === "Tab") && choice[at] && !event.ctrlKey) { insert(choice[at]); }
      else if (event.key === "Escape") { hide(); }
      else { return; }
      event.preventDefault();
      event.stopPropagation();
    }, true);
    list.addEventListener("mousedown", function (event) {
      var option = event.target.closest("[role=option]");
      event.preventDefault();
      if (option) { insert(option); }
    });
    document.addEventListener("focusout", function (event) { if (event.target === box) { hide(); } });
    document.addEventListener("cancel", function (event) { if (!list.hidden) { event.preventDefault(); hide(); } }, true);
    // the list goes back before a dialog's form is taken away with it
    document.addEventListener("htmx:beforeSwap", function (event) {
      if (event.target.contains && event.target.contains(list)) { hide(); document.body.append(list); }
    });
    all("button[data-bh-offer]").forEach(function (button) { button.hidden = false; });
    document.addEventListener("click", function (event) {
      var button = event.target.closest("[data-bh-offer]");
      if (!button || event.ctrlKey || event.metaKey) { return; }
      event.preventDefault();
      write(one("textarea", button.closest("form")), button.dataset.bhOffer);
    });
  }

  // ---- drafts: what the server has not kept yet goes off when the page is left; two windows never overwrite ----
  var unsaved = {};
  var sent = null;
  document.addEventListener("input", function (event) {
    if (event.target.dataset.bhWrite) { unsaved[event.target.dataset.bhWrite] = event.target; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var field = event.detail.elt;
    if (field.dataset && field.dataset.bhWrite && event.detail.successful) { delete unsaved[field.dataset.bhWrite]; }
  });
  document.addEventListener("submit", function (event) {
    var field = one("[data-bh-write]", event.target);
    if (!field) { return; }
    delete unsaved[field.dataset.bhWrite];
    sent = field;
    if (window.htmx) { htmx.trigger(field, "htmx:abort"); }
  });
  // what was sent is no draft any more, however late its saving would have come
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (sent && event.detail.elt === sent) { event.preventDefault(); }
  });
  window.addEventListener("pageshow", function () { sent = null; });
  function rescue() {
    Object.keys(unsaved).forEach(function (name) {
      var field = unsaved[name];
      navigator.sendBeacon(field.getAttribute("hx-post"), new FormData(field.form));
    });
    unsaved = {};
  }
  window.addEventListener("pagehide", rescue);
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-bh-take-other]");
    if (!button) { return; }
    var form = button.closest("form"), field = one("[data-bh-write]", form);
    field.value = one("[data-bh-other-text]", form).textContent;
    one("[name=seen]", form).value = button.dataset.bhRevision;
    button.closest("[data-bh-conflict]").remove();
    field.focus();
  });
  document.addEventListener("keydown", function (event) {
    var form = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea") && event.target.form;
    if (form) { event.preventDefault(); form.requestSubmit(); }
  });

  // ---- who else is here: a sign of life every 20 seconds while somebody looks, at once when they write ----
  var here = one("[data-bh-here]");
  var writing = "";
  var idle = null;
  function beat() { if (!document.hidden) { ask("POST", { writing: writing }); } }
  function ask(verb, values) { htmx.ajax(verb, here.dataset.bhHere, { source: here, target: here, swap: "innerHTML", values: values }); }
  function wrote(audience) {
    window.clearTimeout(idle);
    idle = window.setTimeout(function () { writing = ""; beat(); }, 8000);
    if (writing !== audience) { writing = audience; beat(); }
  }
  if (here && window.htmx) {
    beat();
    window.setInterval(beat, 20000);
    document.addEventListener("visibilitychange", function () { if (!document.hidden) { beat(); } });
    document.addEventListener("input", function (event) { if (event.target.dataset.bhWrite) { wrote(event.target.dataset.bhWrite); } });
    document.body.addEventListener("bh:here-" + here.dataset.bhHere.split("/").pop(), function () { if (!document.hidden) { ask("GET", {}); } });
    window.addEventListener("pagehide", function () {
      var form = new FormData();
      form.append("leave", "1");
      form.append("csrfmiddlewaretoken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
      navigator.sendBeacon(here.dataset.bhHere, form);
    });
    // an outage of this small thing is not worth an alarm
    ["htmx:sendError", "htmx:responseError"].forEach(function (name) {
      here.addEventListener(name, function (event) { event.stopPropagation(); });
    });
  }

  // ---- files large: next and previous, zoom; the dialog is as wide as it can be ----
  function viewer() { return one("[data-bh-viewer]"); }
  function zoom(step) {
    var picture = one("[data-bh-zoomed]");
    if (!picture) { return; }
    var now = Number(picture.dataset.bhZoomLevel || 0);
    var next = step === "0" ? 0 : Math.max(0, Math.min(4, now + (step === "+" ? 1 : -1)));
    picture.dataset.bhZoomLevel = String(next);
  }
  document.addEventListener("htmx:afterSwap", function (event) {
    var dialog = one("#bh-dialog");
    if (event.target.id !== "bh-dialog-body" || !dialog) { return; }
    dialog.classList.toggle("bh-dialog-wide", Boolean(viewer()));
    ready();
  });
  function ready() {
    var tools = one("[data-bh-zoom-tools]");
    if (tools) { tools.hidden = false; }
    var stage = viewer() && one("[data-bh-stage]");
    if (stage && one("#bh-dialog[open]")) { stage.focus(); }
  }
  ready();
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-bh-zoom]");
    if (button) { zoom(button.dataset.bhZoom); }
    else if (event.target.matches("[data-bh-zoomed]")) { zoom(Number(event.target.dataset.bhZoomLevel || 0) ? "0" : "+"); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !viewer()) { return; }
    if (event.target.closest("input, textarea, select, video, audio")) { return; }
    var larger = event.target.closest("[data-bh-stage]") && one("[data-bh-zoom-level]:not([data-bh-zoom-level='0'])");
    if (event.key === "ArrowRight" && !larger && one("[data-bh-next]")) { one("[data-bh-next]").click(); }
    else if (event.key === "ArrowLeft" && !larger && one("[data-bh-previous]")) { one("[data-bh-previous]").click(); }
    else if (event.key === "+" || event.key === "=") { zoom("+"); }
    else if (event.key === "-") { zoom("-"); }
    else if (event.key === "0") { zoom("0"); }
    else { return; }
    event.preventDefault();
  });

  // ---- single keys of the page (the desk's own stand in bihuan.js) ----
  function note() {
    var tab = one("#tab-to-internal"), field = one("#text-internal");
    if (tab && field) { tab.click(); field.focus(); field.setSelectionRange(field.value.length, field.value.length); }
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (!here || event.target.closest("input, textarea, select, [contenteditable], dialog")) { return; }
    var customer = one("#customer");
    if (event.key === "i") { note(); }
    else if (event.key === "f" && one("[data-bh-follow]")) { one("[data-bh-follow]").click(); }
    else if (event.key === "v" && one("[data-bh-file]")) { one("[data-bh-file]").click(); }
    else if (event.key === "h" && customer) { customer.scrollIntoView({ block: "nearest" }); (one("a", customer) || customer).focus(); }
    else { return; }
    event.preventDefault();
  });
})();
