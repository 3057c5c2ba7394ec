/* In the head: edition and theme are known before the first thing is drawn, so that nothing flashes. */
(function () {
  "use strict";
  var root = document.documentElement;

  function stored() {
    try {
      return window.localStorage.getItem("cockpit-theme");
    } catch (refused) {
      return null;
    }
  }

  function dress() {
    var given = new URLSearchParams(window.location.search);
    var view = given.get("view");
    root.dataset.view = view === "wall" || view === "print" ? view : "desk";
    root.dataset.theme = view === "wall" ? "dark" : view === "print" ? "light" : stored() === "dark" ? "dark" : "light";
    root.classList.toggle("still", given.get("export") === "1");
  }

  /* The bare address is where one lands: on one's own unit or district, where one was set (assets/unit.js). */
  function land() {
    try {
      var own = window.localStorage.getItem("cockpit-unit");
      if (own && window.location.pathname === "/" && !window.location.search) {
        window.location.replace((own.indexOf("area=") === 0 ? "/overview?" : "/unit?") + own);
      }
    } catch (refused) {
      /* a browser that stores nothing has no unit of its own */
    }
  }

  land();
  dress();
  window.cockpit = { dress: dress };
})();
