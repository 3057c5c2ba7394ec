/* The only script that opens a table: it brings the grid's own script, once, when the first table is opened. */
(function () {
  "use strict";
  var brought = null;

  function bring(address) {
    brought =
      brought ||
      new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = address;
        script.onload = resolve;
        script.onerror = function () {
          brought = null; // the next table tries again
          reject(new Error("grid script did not come"));
        };
        document.head.appendChild(script);
      });
    return brought;
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.cockpit = window.dash_clientside.cockpit || {};
  window.dash_clientside.cockpit.open_table = function (stored) {
    if (!stored) {
      return [];
    }
    return bring(stored.script).then(function () {
      return [{ namespace: "dash_ag_grid", type: "AgGrid", props: stored.props }];
    });
  };

  /* An id of something that has a page of its own leads there. */
  window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
  window.dashAgGridComponentFunctions.ObjectLink = function (cell) {
    if (!cell.value || cell.value === "—") {
      return cell.value || null;
    }
    return window.React.createElement(
      "a",
      { href: cell.path + encodeURIComponent(cell.value), className: "object-link" },
      cell.value,
    );
  };

  /* An export asks for what the grid shows: its filter and order are read when the link is followed. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a[data-export]") : null;
    var grid = document.querySelector(".table-grid");
    if (!link || !grid || !window.dash_ag_grid) {
      return;
    }
    var api = window.dash_ag_grid.getApi({ table: decodeURIComponent(window.location.pathname.split("/").pop()) });
    var order = api
      .getColumnState()
      .filter(function (each) {
        return each.sort;
      })
      .sort(function (one, other) {
        return one.sortIndex - other.sortIndex;
      })
      .map(function (each) {
        return { colId: each.colId, sort: each.sort };
      });
    var address = new URL(link.href);
    address.searchParams.set("q", JSON.stringify({ filterModel: api.getFilterModel(), sortModel: order }));
    link.href = address.toString();
  });
})();
