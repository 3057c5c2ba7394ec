/* The only script that reads and writes the page's address. Everything else calls cockpit.go. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var CARRIED = ["area", "until", "days", "view", "rotate", "asof", "export"]; // what a scene hands to the next one

  var OWN = ["n", "layers", "at", "point"]; // an open card, and how the map is looked at: no page is drawn anew for them

  /* The query without what the browser keeps to itself: what the page's data callback listens to. */
  cockpit.scope = function (search) {
    var given = new URLSearchParams(search);
    OWN.forEach(function (key) {
      given.delete(key);
    });
    var rest = given.toString();
    return rest ? "?" + rest : "";
  };

  /* Change parameters of the address; null removes one. */
  cockpit.go = function (changes) {
    var given = new URLSearchParams(window.location.search);
    Object.keys(changes).forEach(function (key) {
      if (changes[key] === null) {
        given.delete(key);
      } else {
        given.set(key, changes[key]);
      }
    });
    if (given.get("area") === "341000") {
      given.delete("area");
    }
    var rest = given.toString();
    window.dash_clientside.set_props("address", { search: rest ? "?" + rest : "" });
  };

  /* Another page, without loading the window anew. */
  cockpit.visit = function (pathname, search) {
    window.dash_clientside.set_props("address", { pathname: pathname, search: search });
  };

  cockpit.carried = function (search) {
    var given = new URLSearchParams(search);
    var kept = new URLSearchParams();
    CARRIED.forEach(function (key) {
      if (given.has(key)) {
        kept.set(key, given.get(key));
      }
    });
    var rest = kept.toString();
    return rest ? "?" + rest : "";
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    cockpit: {
      split: function (search, scope, card) {
        var same = window.dash_clientside.no_update;
        var nextScope = cockpit.scope(search || "");
        var nextCard = new URLSearchParams(search || "").get("n") || "";
        cockpit.dress();
        return [nextScope === scope ? same : nextScope, nextCard === (card || "") ? same : nextCard];
      },

      navigate: function (pathname, search, ids) {
        var carried = cockpit.carried(search || "");
        var here = !pathname || pathname === "/" ? "/overview" : pathname;
        return [
          ids.map(function (id) {
            var own = id.nav === "/unit" ? cockpit.ownUnit() : "";
            return id.nav + carried + (own ? (carried ? "&" : "?") + own : "");
          }),
          ids.map(function (id) {
            return id.nav === here ? "nav-link is-current" : "nav-link";
          })
        ];
      },

      switch_theme: function (clicks) {
        var root = document.documentElement;
        if (clicks) {
          root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
          try {
            window.localStorage.setItem("cockpit-theme", root.dataset.theme);
          } catch (refused) {
            /* a browser that stores nothing forgets the choice with the page */
          }
        }
        return root.dataset.theme;
      },

      paint: function (stored) {
        return cockpit.paint(stored);
      }
    }
  });
})();
