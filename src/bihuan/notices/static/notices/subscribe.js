// The settings page: asks the browser for its leave and registers it, where messages without an open page are set up.
(function () {
  "use strict";
  var box = document.querySelector("[data-bh-push]");
  var state = box.querySelector("[data-bh-push-state]"), button = box.querySelector("[data-bh-push-allow]");
  var key = box.dataset.bhPush;
  function say(name) { state.textContent = state.dataset[name] || ""; }
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/") + "===".slice((text.length + 3) % 4));
    return Uint8Array.from(plain, function (one) { return one.charCodeAt(0); });
  }
  function show() {
    var leave = Notification.permission;
    button.hidden = leave === "denied" || (leave === "granted" && !key);
    say(leave === "granted" ? "on" : leave === "denied" ? "blocked" : "");
    if (leave === "granted" && key) {
      navigator.serviceWorker.getRegistration("/").then(function (one) {
        return one && one.pushManager.getSubscription();
      }).then(function (one) { button.hidden = Boolean(one); });
    }
  }
  function register() {
    return navigator.serviceWorker.register("/alerts-worker.js", { scope: "/" })
      .then(function () { return navigator.serviceWorker.ready; })
      .then(function (one) { return one.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }); })
      .then(function (one) {
        var said = one.toJSON(), form = new FormData();
        form.append("endpoint", said.endpoint);
        form.append("p256dh", said.keys.p256dh);
        form.append("auth", said.keys.auth);
        var token = JSON.parse(document.body.getAttribute("hx-headers"));
        return fetch(box.dataset.bhPushTo, { method: "POST", body: form, headers: token });
      })
      .then(function (answer) {
        if (!answer.ok) { return answer.json().then(function (said) { throw new Error(said.detail); }); }
        location.reload();
      });
  }
  if (!window.Notification) { say("none"); return; }
  button.addEventListener("click", function () {
    Notification.requestPermission().then(function (leave) {
      show();
      if (leave !== "granted" || !key || !navigator.serviceWorker) { return null; }
      return register();
    }).catch(function (error) { state.textContent = state.dataset.failed + " " + (error.message || ""); });
  });
  show();
})();
