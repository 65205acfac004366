// A long form on a phone: page by page, with a checklist that the server answers, and a draft that survives.
// Without this script it is one page whose draft is kept by a button. The server checks everything again.
(function () {
  "use strict";
  var form = document.querySelector("[data-bh-complain]");
  if (!form) { return; }
  var say = form.dataset;
  var NO_ORDER = ["victim", "reporter"];
  var WEEK = 7 * 24 * 3600 * 1000;
  var HERE = "bh-typed-" + say.bhKind + "-";
  var owner = say.bhOwner || "";
  var sending = false;
  var untouched = true;

  function all(selector, within) { return Array.from((within || form).querySelectorAll(selector)); }

  // ---- the checklist: at once by what is typed, then as the server sees it ----
  function given(name) {
    if (name === "party") { return NO_ORDER.indexOf((form.querySelector("[name=party]:checked") || {}).value) >= 0; }
    if (name === "order") {
      var chosen = form.querySelector("[name=order]:checked");
      return Boolean(chosen) && chosen.value !== "other";
    }
    return all('[name="' + name + '"]').some(function (field) {
      if (field.type === "radio" || field.type === "checkbox") { return field.checked; }
      return Boolean(field.value.trim());
    });
  }
  function mark(line, state) {
    ["given", "missing", "unknown"].forEach(function (one) { line.classList.toggle("bh-condition-" + one, one === state); });
  }
  function count() {
    var box = form.querySelector("[data-bh-count]");
    if (!box) { return; }
    var text = box.dataset.bhCount.replace("{given}", all(".bh-condition-given").length).replace("{all}", all(".bh-condition").length);
    var shown = box.querySelector("[data-bh-count-words]");
    if (shown.textContent !== text) { shown.textContent = text; }
  }
  function checkHere() {
    all("[data-bh-names]").forEach(function (line) {
      if (line.dataset.bhCode === "party") { return; }
      var ok = line.dataset.bhNames.split(" ").some(given);
      var looked = line.dataset.bhCode === "order_or_record" && ok && !given("order") && !given("transaction_record") && !given("party");
      mark(line, looked ? "unknown" : ok ? "given" : "missing");
    });
    count();
  }
  function checkThere() {
    var box = form.querySelector("[data-bh-conditions]");
    if (!box || !say.bhCheck) { return; }
    fetch(say.bhCheck, { method: "POST", body: typed(), credentials: "same-origin" }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (html) {
      if (html) { box.innerHTML = html; }
    }).catch(function () { /* no connection: what is judged here stands */ });
  }

  // ---- the draft ----
  function typed() {
    var data = new FormData(form);
    all("input[type=file]").forEach(function (input) { data.delete(input.name); });
    return data;
  }
  function values() {
    return Array.from(typed().entries()).filter(function (pair) { return pair[1] && pair[0] !== "csrfmiddlewaretoken"; });
  }
  function state(text) {
    var line = document.querySelector("[data-bh-draft-state]");
    if (line && line.textContent !== text) { line.textContent = text; }
  }
  function clock() {
    var now = new Date();
    return String(now.getHours()).padStart(2, "0") + ":" + String(now.getMinutes()).padStart(2, "0");
  }
  function keepHere(words) {
    try {
      localStorage.setItem(HERE + owner, JSON.stringify({ at: new Date().toISOString(), base: say.bhSavedAt || "", values: values() }));
      state(words + " · " + clock());
    } catch (error) { state(""); }
  }
  function forgetHere(whose) { try { localStorage.removeItem(HERE + whose); } catch (error) { /* nothing was kept */ } }
  function foundHere(whose) {
    try {
      var kept = JSON.parse(localStorage.getItem(HERE + whose) || "null");
      if (kept && Date.now() - Date.parse(kept.at) < WEEK) { return kept; }
      forgetHere(whose);
    } catch (error) { /* unreadable: as if there were none */ }
    return null;
  }
  function save() {
    if (sending || untouched) { return Promise.resolve(); }
    if (!say.bhDraft) { keepHere(say.bhHere); return Promise.resolve(); }
    return fetch(say.bhDraft, { method: "POST", body: typed(), credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok || answer.redirected) { throw new Error("not kept"); }
      say.bhSavedAt = answer.headers.get("X-Saved-At") || "";
      forgetHere(owner);
      state(say.bhSaved + " · " + clock());
    }).catch(function () { keepHere(say.bhNoConnection); });
  }
  function leave() {
    if (sending || untouched) { return; }
    keepHere(say.bhDraft ? say.bhSaved : say.bhHere); // it may be read before what is sent now arrives
    if (say.bhDraft && navigator.sendBeacon) { navigator.sendBeacon(say.bhDraft, typed()); }
  }
  function fill(kept) {
    var by = {};
    kept.values.forEach(function (pair) { (by[pair[0]] = by[pair[0]] || []).push(pair[1]); });
    all("input, textarea, select").forEach(function (field) {
      if (field.type === "file" || field.name === "csrfmiddlewaretoken" || !field.name) { return; }
      var wanted = by[field.name] || [];
      if (field.type === "radio" || field.type === "checkbox") {
        if (wanted.length || field.type === "checkbox") { field.checked = wanted.indexOf(field.value) >= 0; }
      } else if (wanted.length) { field.value = wanted[0]; }
    });
    if (!owner) { return; }
    kept.values.forEach(function (pair) {
      if (!/^(kept_files|caption:)/.test(pair[0]) || all('[name="' + CSS.escape(pair[0]) + '"]').some(function (f) { return f.value === pair[1]; })) { return; }
      var hidden = document.createElement("input");
      hidden.type = "hidden";
      hidden.name = pair[0];
      hidden.value = pair[1];
      form.append(hidden);
    });
  }
  function restore() {
    var kept = foundHere(owner) || (owner ? foundHere("") : null);
    var there = Date.parse(say.bhSavedAt || "") || 0;
    var older = kept && kept.base !== (say.bhSavedAt || "") && Date.parse(kept.at) <= there;
    if (!kept || form.querySelector("[data-bh-error]") || older) {
      if (kept && owner) { forgetHere(owner); forgetHere(""); }
      return;
    }
    var missing = filesMissing(kept);
    fill(kept);
    untouched = false;
    var notice = document.querySelector("[data-bh-found-here]");
    if (notice && !document.querySelector("[data-bh-draft-found]")) { notice.hidden = false; }
    if (owner) {
      forgetHere("");
      save().then(function () { if (missing && !foundHere(owner)) { window.location.reload(); } });
    }
  }
  // files are shown by the server: once it has the draft, the page is read anew
  function filesMissing(kept) {
    return kept.values.some(function (pair) {
      return pair[0] === "kept_files" && !form.querySelector('[name=kept_files][value="' + CSS.escape(pair[1]) + '"]');
    });
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-bh-throw-away]");
    if (!button) { return; }
    sending = true; // nothing is kept any more on the way out
    forgetHere(owner);
    forgetHere("");
    if (button.type === "button") { window.location.assign(form.action); }
  });

  var soon = null;
  var later = null;
  function changed() {
    untouched = false;
    checkHere();
    window.clearTimeout(soon);
    window.clearTimeout(later);
    soon = window.setTimeout(checkThere, 500);
    later = window.setTimeout(save, 1200);
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", function (event) {
    if (event.defaultPrevented) { return; }
    if (!owner) { keepHere(say.bhHere); }
    sending = true;
    window.clearTimeout(later);
    window.setTimeout(function () { sending = false; }, 8000); // it may come back refused by the network
  });
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") { leave(); } });
  window.addEventListener("online", save);

  // ---- page by page where the screen is narrow ----
  var narrow = window.matchMedia("(max-width: 767.98px)");
  var pages = all("[data-bh-page]");
  var head = form.querySelector("[data-bh-wizard-head]");
  var foot = form.querySelector("[data-bh-wizard-foot]");
  var at = 0;
  function show(wanted, focus) {
    at = Math.max(0, Math.min(pages.length - 1, wanted));
    pages.forEach(function (page, n) { page.hidden = narrow.matches && n !== at; });
    if (head) {
      head.hidden = foot.hidden = !narrow.matches;
      head.querySelector("[data-bh-wizard-words]").textContent = say.bhStepOf.replace("{n}", at + 1).replace("{all}", pages.length);
      head.querySelector("[data-bh-wizard-bar]").max = pages.length;
      head.querySelector("[data-bh-wizard-bar]").value = at + 1;
      foot.querySelector("[data-bh-back]").disabled = at === 0;
      foot.querySelector("[data-bh-next]").hidden = at === pages.length - 1;
    }
    if (focus && narrow.matches) {
      var title = pages[at].querySelector("h2");
      if (title) { title.focus({ preventScroll: true }); }
      window.scrollTo(0, 0);
    }
  }
  function pageOf(element) { return pages.findIndex(function (page) { return page.contains(element); }); }
  if (foot) {
    foot.querySelector("[data-bh-next]").addEventListener("click", function () { show(at + 1, true); });
    foot.querySelector("[data-bh-back]").addEventListener("click", function () { show(at - 1, true); });
  }
  form.addEventListener("click", function (event) {
    var link = event.target.closest('[data-bh-error] a[href^="#"]');
    var goal = link && document.getElementById(link.getAttribute("href").slice(1));
    if (goal && pageOf(goal) >= 0) { show(pageOf(goal)); }
  });
  narrow.addEventListener("change", function () { show(at); });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { checkThere(); } });

  restore();
  var error = form.querySelector("[data-bh-error]");
  var wrong = form.querySelector(".bh-field-wrong");
  show(wrong ? pageOf(wrong) : 0);
  if (error) { error.focus(); }
  checkHere();
  checkThere();
})();
