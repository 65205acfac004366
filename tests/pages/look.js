// What a page shows, asked from inside it; loaded before every page by conftest.py, after axe.
window.bhLook = {
  async faults() {
    const rules = { "label-content-name-mismatch": { enabled: true } };
    const found = await axe.run(document, { rules, resultTypes: ["violations"] });
    return found.violations.map((one) => {
      const where = one.nodes.slice(0, 4).map((node) => node.target.join(" "));
      return `${one.impact} ${one.id}: ${where.join(" | ")}`;
    });
  },

  tooWide() {
    const wide = document.documentElement.scrollWidth, room = document.documentElement.clientWidth;
    if (wide <= room) { return ""; }
    const all = Array.from(document.body.querySelectorAll("*"));
    const held = (one) => one && one !== document.body && (getComputedStyle(one).overflowX !== "visible" || held(one.parentElement));
    const over = all.filter((one) => one.getBoundingClientRect().right > room && !held(one.parentElement)).slice(0, 4);
    return `${wide} > ${room}: ` + over.map((one) => `${one.tagName}.${one.className}`).join(" | ");
  },

  icons() {
    const all = Array.from(document.querySelectorAll("use"), (one) => one.getAttribute("href") || "");
    return all.filter((one) => one.includes("icons.svg")).map((one) => one.split("#")[1]);
  },

  // bytes over the wire; 300 stand for the headers of an answer. Streams and people's files are no part of a page
  weight() {
    const [page] = performance.getEntriesByType("navigation");
    const ours = [page, ...performance.getEntriesByType("resource")].filter((one) => !/\/(live|evidence)\//.test(one.name));
    const sum = (size) => ours.reduce((all, one) => all + size(one), 0);
    return {
      first: sum((one) => one.encodedBodySize + 300),
      again: sum((one) => one.transferSize),
      parts: ours.map((one) => `${one.name.split("/").pop().slice(0, 30)} ${one.encodedBodySize}/${one.transferSize}`),
    };
  },

  // not what is code, typed by somebody, or said to be in another language
  texts() {
    const apart = "code, pre, kbd, samp, textarea, script, style, option[lang], [lang=en], [lang=zh-CN]:not(html)";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest(apart)) { found.push(walker.currentNode.data); }
    }
    for (const name of ["aria-label", "title", "placeholder", "alt"]) {
      document.body.querySelectorAll(`[${name}]`).forEach((one) => found.push(one.getAttribute(name)));
    }
    return found.map((text) => text.trim().replace(/\s+/g, " ")).filter(Boolean);
  },
};
