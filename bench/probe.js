/* In every measured page: when it last did something, what is in flight, how far it shifted, how long it was busy. */
(() => {
  if (window.__bench) return;
  const b = (window.__bench = { last: performance.now(), flying: 0, t0: 0, first: 0, cls: 0, long: 0, longest: 0 });
  const hit = () => { b.last = performance.now(); };
  const every = { childList: true, subtree: true, attributes: true, characterData: true };
  const eye = new MutationObserver(hit);
  eye.observe(document, every);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function () { const root = attach.apply(this, arguments); eye.observe(root, every); return root; };
  const wrap = (type, names) => names.forEach((name) => {
    const real = type.prototype[name];
    type.prototype[name] = function () { hit(); return real.apply(this, arguments); };
  });
  wrap(CanvasRenderingContext2D, ["fill", "stroke", "fillRect", "fillText", "drawImage", "putImageData", "clearRect"]);
  for (const type of [window.WebGLRenderingContext, window.WebGL2RenderingContext]) {
    if (type) wrap(type, ["drawArrays", "drawElements"]);
  }
  const fetched = window.fetch;
  window.fetch = function () { b.flying += 1; return fetched.apply(this, arguments).finally(() => { b.flying -= 1; hit(); }); };
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function () {
    b.flying += 1;
    this.addEventListener("loadend", () => { b.flying -= 1; hit(); });
    return send.apply(this, arguments);
  };
  addEventListener("pointerdown", () => { b.t0 = performance.now(); b.first = 0; }, true);
  const watch = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true });
  watch("layout-shift", (each) => { if (!each.hadRecentInput) b.cls += each.value; });
  watch("longtask", (each) => { b.long += each.duration; b.longest = Math.max(b.longest, each.duration); });
  window.$deep = (css) => { // through shadow roots, in which some libraries draw
    const found = [];
    const walk = (root) => {
      found.push(...root.querySelectorAll(css));
      for (const each of root.querySelectorAll("*")) if (each.shadowRoot) walk(each.shadowRoot);
    };
    walk(document);
    return found;
  };
  window.$plots = (count, title) => {
    const all = [...document.querySelectorAll(".js-plotly-plot")];
    return all.length >= count && all.every((each) => each._fullLayout && each.querySelector(".main-svg") &&
      (!title || (each._fullLayout.title?.text || "").includes(title)));
  };
  window.__check = (done, after, quiet) => {
    let isDone = false;
    try { isDone = !!eval(done); } catch (error) { b.error = String(error); }
    const now = performance.now();
    if (!isDone) { b.first = 0; return null; }
    b.first = b.first || now;
    if (b.flying > 0 || now - Math.max(b.last, b.first) < quiet) return null;
    return Math.max(b.last, after, Math.min(b.first, now - quiet)) - after;
  };
})();
