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

  dress();
  window.cockpit = { dress: dress };
})();
