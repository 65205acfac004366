// Runs while no page of Bihuan is open: shows what the push service brings, and opens where it leads.
"use strict";
self.addEventListener("push", function (event) {
  var said;
  try { said = event.data.json(); } catch (error) { return; }
  event.waitUntil(self.registration.showNotification(said.title, {
    body: said.body, tag: said.id, data: { link: said.link }, icon: "/static/bihuan/mark.svg"
  }));
});
self.addEventListener("notificationclick", function (event) {
  event.notification.close();
  var link = new URL((event.notification.data || {}).link || "/", self.location.origin);
  var target = link.origin === self.location.origin ? link.href : self.location.origin + "/";
  event.waitUntil(self.clients.matchAll({ type: "window" }).then(function (pages) {
    var open = pages.find(function (page) { return page.url === target; });
    return open ? open.focus() : self.clients.openWindow(target);
  }));
});
