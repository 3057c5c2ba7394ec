/* The only script that draws the long tables of components/plain_rows.py. What comes from data becomes text nodes. */
(function () {
  "use strict";

  function cell(said) {
    var made = document.createElement("td");
    if (typeof said === "string") {
      made.textContent = said;
      return made;
    }
    var link = document.createElement("a");
    link.className = "object-link";
    link.href = said[1];
    link.textContent = said[0];
    made.appendChild(link);
    return made;
  }

  function draw(place) {
    var given = JSON.parse(place.dataset.rows);
    var table = document.createElement("table");
    var head = table.createTHead().insertRow();
    table.className = "grid";
    given.head.forEach(function (said) {
      var made = document.createElement("th");
      made.scope = "col";
      made.textContent = said;
      head.appendChild(made);
    });
    var body = table.createTBody();
    given.rows.forEach(function (row) {
      body.insertRow().append.apply(body.lastChild, row.map(cell));
    });
    place.replaceChildren(table);
  }

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "attributes") {
        draw(change.target);
      }
      change.addedNodes.forEach(function (added) {
        if (added.nodeType !== 1 || added.nodeName === "TABLE") {
          return;
        }
        if (added.matches(".rows-place")) {
          draw(added);
        }
        added.querySelectorAll(".rows-place:empty").forEach(draw);
      });
    });
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-rows"] });
})();
