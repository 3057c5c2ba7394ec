/* The catalogue's search asks through the address, like every link; without this the form loads the page anew. */
(function () {
  "use strict";
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.classList.contains("find")) {
      return;
    }
    event.preventDefault();
    window.cockpit.go({ q: form.elements.q.value.trim() || null, open: null, page: null });
  });
})();
