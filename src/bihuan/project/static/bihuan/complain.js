// The checklist of the conditions of acceptance follows what is typed. The server says the same after sending.
(function () {
  "use strict";
  var form = document.querySelector("[data-bh-complain]");
  if (!form) { return; }
  var conditions = Array.from(form.querySelectorAll("[data-bh-names]"));
  var count = form.querySelector("[data-bh-count]");
  var NO_ORDER = ["victim", "reporter"];

  function given(name) {
    if (name === "party") { return NO_ORDER.indexOf((form.querySelector("[name=party]:checked") || {}).value) >= 0; }
    if (name === "order") {
      var chosen = form.querySelector("[name=order]:checked");
      return Boolean(chosen) && chosen.value !== "other";
    }
    return Array.from(form.querySelectorAll('[name="' + name + '"]')).some(function (field) {
      if (field.type === "radio" || field.type === "checkbox") { return field.checked; }
      return Boolean(field.value.trim());
    });
  }

  function check() {
    var there = 0;
    conditions.forEach(function (line) {
      var ok = !line.dataset.bhNames || line.dataset.bhNames.split(" ").some(given);
      line.classList.toggle("bh-condition-given", ok);
      line.classList.toggle("bh-condition-missing", !ok);
      there += ok ? 1 : 0;
    });
    var words = count.dataset.bhCount.replace("{given}", there).replace("{all}", conditions.length);
    var shown = count.querySelector("[data-bh-count-words]");
    if (shown.textContent !== words) { shown.textContent = words; }
  }

  form.addEventListener("input", check);
  form.addEventListener("change", check);
  window.addEventListener("pageshow", check);
  var error = form.querySelector("[data-bh-error]");
  if (error) { error.focus(); }
  check();
})();
