// Files are sent as soon as they are chosen, each with its progress; the form then only names them.
// Without this script the same inputs go with the form itself.
(function () {
  "use strict";
  var words = document.currentScript.dataset;
  var running = 0;
  var waiting = null;

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) { made.className = className; }
    if (text) { made.textContent = text; }
    return made;
  }

  function listOf(input) {
    var box = input.closest(".bh-uploads") || input.parentNode;
    var list = box.querySelector(".bh-files");
    if (!list) {
      list = element("ul", "bh-files");
      box.insertBefore(list, input);
    }
    return list;
  }

  function changed(form) { form.dispatchEvent(new Event("change", { bubbles: true })); }

  function removeButton(item, form) {
    var button = element("button", "btn btn-ghost-secondary btn-sm bh-file-remove", words.remove);
    button.type = "button";
    button.addEventListener("click", function () {
      item.remove();
      changed(form);
    });
    return button;
  }

  function fail(item, text) {
    item.classList.add("bh-file-failed");
    var error = element("span", "bh-file-error", text || words.failed);
    error.setAttribute("role", "alert");
    item.querySelector("progress").replaceWith(error);
  }

  function done(item, form, answer) {
    var hidden = element("input");
    hidden.type = "hidden";
    hidden.name = "kept_files";
    hidden.value = answer.id;
    item.append(hidden);
    item.querySelector("progress").replaceWith(element("span", "bh-muted bh-small", words.sent));
    changed(form);
  }

  function settled() {
    running -= 1;
    if (running === 0 && waiting) {
      var form = waiting;
      waiting = null;
      form.requestSubmit();
    }
  }

  function send(input, file) {
    var form = input.form;
    var item = element("li", "bh-file");
    if (file.type.indexOf("image/") === 0) {
      var picture = element("img");
      picture.alt = "";
      picture.width = picture.height = 44;
      picture.src = URL.createObjectURL(file);
      item.append(picture);
    }
    var bar = element("progress");
    bar.max = 100;
    bar.setAttribute("aria-label", file.name);
    item.append(element("span", "bh-file-name", file.name), bar, removeButton(item, form));
    listOf(input).append(item);

    var body = new FormData();
    body.append("file", file);
    var about = document.querySelector("[data-bh-case]");
    if (about) { body.append("case", about.dataset.bhCase); }
    var request = new XMLHttpRequest();
    request.open("POST", words.url);
    request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    request.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) { bar.value = Math.round(event.loaded * 100 / event.total); }
    });
    request.addEventListener("load", function () {
      var answer = {};
      try { answer = JSON.parse(request.responseText); } catch (error) { answer = {}; }
      if (request.status === 201) { done(item, form, answer); } else { fail(item, answer.detail); }
      settled();
    });
    request.addEventListener("error", function () { fail(item); settled(); });
    item.querySelector(".bh-file-remove").addEventListener("click", function () {
      if (request.readyState !== 4) { request.abort(); settled(); }
    });
    running += 1;
    request.send(body);
  }

  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.matches || !input.matches("form input[type=file]")) { return; }
    Array.from(input.files).forEach(function (file) { send(input, file); });
    input.value = "";
  });

  // a form sent while files are on their way waits for them
  document.addEventListener("submit", function (event) {
    if (running === 0) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = event.target;
    var toast = document.getElementById("bh-toast");
    toast.textContent = words.waiting;
    toast.hidden = false;
    window.setTimeout(function () { toast.hidden = true; }, 4000);
  }, true);
})();
