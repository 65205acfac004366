// Files are sent as soon as they are chosen, piece by piece: a lost connection goes on where it stopped, and the
// same file chosen again after a reload too. The form then only names them. Without this script the same inputs
// go with the form itself; where the browser makes no digests (plain http), a file is sent whole.
(function () {
  "use strict";
  var words = document.currentScript.dataset;
  var PAUSES = [1, 2, 4, 8, 15, 30];
  var AT_ONCE = 2;
  var FIRST = 128 * 1024;
  var queue = [];
  var active = 0;
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

  function button(className, text, act) {
    var made = element("button", className, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  function say(job, text) {
    if (job.words.textContent !== text) { job.words.textContent = text; }
  }

  function fail(job, text) {
    job.item.classList.add("bh-file-failed");
    job.words.className = "bh-file-error";
    job.words.setAttribute("role", "alert");
    say(job, text || words.failed);
    job.bar.hidden = true;
  }

  function done(job, answer) {
    var hidden = element("input");
    hidden.type = "hidden";
    hidden.name = "kept_files";
    hidden.value = answer.id;
    job.item.append(hidden);
    job.bar.remove();
    say(job, words.sent);
    if (job.list.hasAttribute("data-bh-captions")) { job.item.append(caption(answer.id, job.file.name)); }
    changed(job.form);
  }

  function caption(id, name) {
    var made = element("input", "form-control form-control-sm bh-file-caption");
    made.name = "caption:" + id;
    made.maxLength = 200;
    made.placeholder = words.caption;
    made.setAttribute("aria-label", words.caption + " " + name);
    return made;
  }

  // ---- one answer of the server, asked for until there is one ----
  function pause(job, turn) {
    say(job, navigator.onLine ? words.again : words.offline);
    return new Promise(function (go) {
      var timer = window.setTimeout(go, PAUSES[Math.min(turn, PAUSES.length - 1)] * 1000);
      job.goOn = function () { window.clearTimeout(timer); go(); };
    });
  }

  async function ask(job, method, url, body, headers) {
    for (var turn = 0; ; turn += 1) {
      if (job.stopped) { throw new Error("stopped"); }
      try {
        var answer = await fetch(url, { method: method, body: body, headers: Object.assign({ "X-CSRFToken": job.token }, headers), credentials: "same-origin" });
        // an error of the program itself is not cured by waiting; what stands before it may be
        if ((answer.status < 500 && answer.status !== 429) || (answer.status === 500 && turn > 2)) {
          var told = await answer.json().catch(function () { return {}; });
          if (answer.ok || told.received !== undefined) { return told; }
          if (told.code !== "evidence.taking_in") { throw { detail: told.detail }; }
        }
      } catch (error) {
        if (error && "detail" in error) { throw error; }
      }
      await pause(job, turn);
    }
  }

  async function digest(bytes) {
    var made = await crypto.subtle.digest("SHA-256", bytes);
    return Array.from(new Uint8Array(made)).map(function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }

  async function markOf(file) {
    var head = new Uint8Array(await file.slice(0, 65536).arrayBuffer());
    var name = new TextEncoder().encode([file.name, file.size, file.lastModified].join("|"));
    var both = new Uint8Array(head.length + name.length);
    both.set(head);
    both.set(name, head.length);
    return digest(both);
  }

  async function carry(job) {
    var file = job.file;
    var form = new FormData();
    form.append("name", file.name);
    form.append("size", file.size);
    form.append("mark", await markOf(file));
    if (job.about) { form.append("case", job.about); }
    var state = await ask(job, "POST", words.pieces, form);
    var most = state.piece, length = Math.min(FIRST, most), at = state.received;
    job.url = words.pieces + "/" + state.id;
    for (;;) {
      at = await pieces(at);
      job.bar.removeAttribute("value");
      say(job, words.checking);
      var answer = await ask(job, "POST", job.url + "/finish");
      if (answer.id && answer.sha256) { return answer; }
      at = answer.received; // the server lost some of it
    }

    async function pieces(at) {
      while (at < file.size) {
        job.bar.value = Math.round(at * 100 / file.size);
        say(job, job.bar.value + " %");
        var bytes = await file.slice(at, at + length).arrayBuffer();
        var begun = Date.now();
        var answer = await ask(job, "PUT", job.url + "?offset=" + at, bytes, { "X-Content-SHA256": await digest(bytes), "Content-Type": "application/octet-stream" });
        at = answer.received;
        // quick lines get larger pieces, slow ones keep the bar moving
        length = Date.now() - begun < 1500 ? Math.min(length * 2, most) : Math.max(Math.min(FIRST, most), Math.floor(length / 2));
      }
      return at;
    }
  }

  // ---- the whole at once, where no digests can be made ----
  function sendWhole(job) {
    return new Promise(function (good, bad) {
      var body = new FormData();
      body.append("file", job.file);
      if (job.about) { body.append("case", job.about); }
      var request = new XMLHttpRequest();
      job.request = request;
      request.open("POST", words.url);
      request.setRequestHeader("X-CSRFToken", job.token);
      request.upload.addEventListener("progress", function (event) {
        if (event.lengthComputable) { job.bar.value = Math.round(event.loaded * 100 / event.total); }
      });
      request.addEventListener("load", function () {
        var answer = {};
        try { answer = JSON.parse(request.responseText); } catch (error) { answer = {}; }
        if (request.status === 201) { good(answer); } else { bad(answer); }
      });
      ["error", "abort"].forEach(function (name) { request.addEventListener(name, function () { bad({}); }); });
      request.send(body);
    });
  }

  function next() {
    while (active < AT_ONCE && queue.length) { start(queue.shift()); }
  }

  function start(job) {
    active += 1;
    var way = window.crypto && crypto.subtle ? carry : sendWhole;
    way(job).then(function (answer) { done(job, answer); }, function (error) {
      if (!job.stopped) { fail(job, error && error.detail); }
    }).then(function () {
      active -= 1;
      running -= 1;
      next();
      if (running === 0 && waiting) {
        var form = waiting;
        waiting = null;
        form.form.requestSubmit(form.button && form.button.isConnected ? form.button : undefined);
      }
    });
  }

  function remove(job) {
    job.stopped = true;
    if (job.request) { job.request.abort(); }
    if (job.goOn) { job.goOn(); }
    var waits = queue.indexOf(job);
    if (waits >= 0) { queue.splice(waits, 1); running -= 1; }
    if (job.url && !job.item.querySelector("[name=kept_files]")) {
      fetch(job.url, { method: "DELETE", headers: { "X-CSRFToken": job.token }, credentials: "same-origin" }).catch(function () { /* swept away later */ });
    }
    job.item.remove();
    changed(job.form);
  }

  function add(input, file) {
    var about = document.querySelector("[data-bh-case]");
    var job = { file: file, form: input.form, list: listOf(input), item: element("li", "bh-file"), about: about ? about.dataset.bhCase : "" };
    job.token = job.form.querySelector("[name=csrfmiddlewaretoken]").value;
    if (file.type.indexOf("image/") === 0 || file.type.indexOf("video/") === 0) {
      var seen = element(file.type.indexOf("image/") === 0 ? "img" : "video", "bh-file-seen");
      seen.width = seen.height = 44;
      if (seen.tagName === "IMG") { seen.alt = ""; } else { seen.muted = true; seen.preload = "metadata"; }
      seen.src = URL.createObjectURL(file);
      job.item.append(seen);
    }
    job.bar = element("progress");
    job.bar.max = 100;
    job.bar.value = 0;
    job.bar.setAttribute("aria-label", file.name);
    job.words = element("span", "bh-muted bh-small", words.queued);
    var gone = button("btn btn-ghost-secondary btn-sm bh-file-remove", words.remove, function () { remove(job); });
    gone.setAttribute("aria-label", words.remove + " " + file.name);
    job.item.append(element("span", "bh-file-name", file.name), job.bar, job.words, gone);
    job.list.append(job.item);
    running += 1;
    queue.push(job);
    job.item.bhJob = job;
    next();
  }

  document.addEventListener("change", function (event) {
    var input = event.target;
    if (!input.matches || !input.matches("form input[type=file]:not([data-bh-plain])")) { return; }
    Array.from(input.files).forEach(function (file) { add(input, file); });
    input.value = "";
  });
  // the connection is back: go on at once
  window.addEventListener("online", function () {
    document.querySelectorAll(".bh-file").forEach(function (item) { if (item.bhJob && item.bhJob.goOn) { item.bhJob.goOn(); } });
  });

  // a form sent while files are on their way waits for them
  document.addEventListener("submit", function (event) {
    if (running === 0 || (event.submitter && event.submitter.hasAttribute("data-bh-at-once"))) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = { form: event.target, button: event.submitter };
    var toast = document.getElementById("bh-toast");
    toast.textContent = words.waiting;
    toast.hidden = false;
    window.setTimeout(function () { toast.hidden = true; }, 4000);
  }, true);
})();
