// A letter has come for whoever looks: the leading tab shows it as the browser does, if the person chose so.
(function () {
  "use strict";
  var bell = document.querySelector("[data-bh-news]");
  if (!bell || !window.Notification || !window.fetch) { return; }
  var base = bell.dataset.bhNews;
  document.body.addEventListener("bh:letter", function (event) {
    var id = event.detail && event.detail.id;
    if (!id || !event.detail.leading || Notification.permission !== "granted") { return; }
    fetch(base + "/" + id + "/news", { headers: { Accept: "application/json" } }).then(function (answer) {
      return answer.ok ? answer.json() : null;
    }).then(function (said) {
      if (!said || !said.show) { return; }
      var shown = new Notification(said.title, { body: said.body, tag: id.replace(/-/g, "") });
      shown.onclick = function () { window.focus(); location.href = said.link; shown.close(); };
    });
  });
})();
