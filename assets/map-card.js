/* An object's pinned card: what the server lets out of it, as text nodes, with ids to copy and its course. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var maps = (cockpit.map = cockpit.map || {});
  var kept = new Map(); // what the browser keeps of the address: it survives a way down, not a step back
  var KEPT = ["layers", "at"];

  function remember() {
    var given = new URLSearchParams(window.location.search);
    kept.clear();
    KEPT.forEach(function (name) {
      if (given.has(name)) {
        kept.set(name, given.get(name));
      }
    });
  }

  /* Change what the browser keeps in the address; nothing is drawn anew for it. */
  maps.keep = function (changes) {
    var given = new URLSearchParams(window.location.search);
    Object.keys(changes).forEach(function (name) {
      if (changes[name] === null) {
        given.delete(name);
      } else {
        given.set(name, changes[name]);
      }
    });
    var rest = given.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
    window.history.replaceState(window.history.state, "", window.location.pathname + (rest ? "?" + rest : ""));
    remember();
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate")); // or Dash would go on from the address it knew
  };

  var path = window.location.pathname;
  remember();
  window.addEventListener("popstate", remember);
  window.addEventListener("_dashprivate_pushstate", function () {
    if (window.location.pathname !== path) {
      path = window.location.pathname;
      remember();
      return;
    }
    var given = new URLSearchParams(window.location.search);
    var missing = {};
    kept.forEach(function (value, name) {
      if (!given.has(name)) {
        missing[name] = value;
      }
    });
    if (Object.keys(missing).length) {
      maps.keep(missing);
    }
  });

  function holder() {
    return document.querySelector(".drill-map .map-card");
  }

  function close() {
    var box = holder();
    if (box && box.firstChild) {
      box.textContent = "";
      maps.keep({ point: null });
      return true;
    }
    return false;
  }

  function copied(text) {
    var button = maps.element("button", "copy quiet", "复制");
    button.setAttribute("data-copy", text);
    return button;
  }

  function head(given) {
    var top = maps.element("header", "");
    var title = maps.element("div", "");
    title.appendChild(maps.element("span", "card-layer", [given.title, given.kind].filter(Boolean).join(" · ")));
    title.appendChild(maps.element("h3", "", given.name));
    title.appendChild(maps.element("span", "card-place", given.place));
    var shut = maps.element("button", "card-close quiet", "×");
    shut.setAttribute("aria-label", "关闭");
    shut.addEventListener("click", close);
    top.appendChild(title);
    top.appendChild(shut);
    return top;
  }

  function properties(given) {
    var list = maps.element("dl", "");
    given.rows.forEach(function (row) {
      list.appendChild(maps.element("dt", "", row.label));
      var value = maps.element("dd", "", row.value);
      if (row.is_copied && row.value !== "—") {
        value.appendChild(copied(row.value));
      }
      list.appendChild(value);
    });
    return list;
  }

  function course(given) {
    var list = maps.element("ol", "card-flow");
    given.flow.forEach(function (step) {
      var line = maps.element("li", step.is_overdue ? "is-late" : "");
      line.appendChild(maps.element("b", "", step.step));
      line.appendChild(maps.element("span", "", step.since + (step.until ? " – " + step.until : " 起")));
      line.appendChild(maps.element("span", "", step.unit));
      var said = [step.action !== "正常移交" && step.action !== "—" ? step.action : "", step.is_overdue ? "超时" : "", step.note].filter(Boolean).join("，");
      if (said) {
        line.appendChild(maps.element("em", "", said));
      }
      list.appendChild(line);
    });
    return list;
  }

  function show(box, given) {
    box.textContent = "";
    var card = maps.element("section", "point-card");
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-label", given.title + " " + given.id);
    card.setAttribute("data-object", given.id);
    card.appendChild(head(given));
    card.appendChild(properties(given));
    if (given.flow.length) {
      card.appendChild(maps.element("h4", "", "流转"));
      card.appendChild(course(given));
    }
    if (given.page) {
      var way = maps.element("a", "card-page", "打开详情页");
      way.setAttribute("href", given.page);
      card.appendChild(way);
    }
    box.appendChild(card);
  }

  maps.open = function (map, layer, id, isAgain) {
    var frame = map.getContainer().closest(".drill-map");
    var offer = JSON.parse(frame.dataset.layers || "[]").filter(function (each) {
      return each.id === layer;
    })[0];
    if (!offer) {
      return;
    }
    if (!isAgain) {
      maps.keep({ point: layer + ":" + id });
    }
    window.fetch(offer.url + "/" + encodeURIComponent(id) + offer.card, { credentials: "same-origin" }).then(function (answer) {
      var box = holder();
      if (!box) {
        return;
      }
      if (!answer.ok) {
        box.textContent = ""; // the object is not in this period or area: nothing is pinned any more
        return;
      }
      answer.json().then(function (given) {
        show(box, given);
        if (!isAgain) {
          box.querySelector(".card-close").focus();
        }
      });
    });
  };

  /* After the page was drawn again: the card that the address names. */
  maps.reopen = function (map, box) {
    var given = new URLSearchParams(window.location.search).get("point");
    var place = box.querySelector(".map-card");
    if (!given) {
      place.textContent = "";
      return;
    }
    var at = given.indexOf(":");
    var shown = place.querySelector(".point-card");
    if (!shown || shown.dataset.object !== given.slice(at + 1)) {
      maps.open(map, given.slice(0, at), given.slice(at + 1), true);
    }
  };

  document.addEventListener(
    "keydown",
    function (event) {
      if (event.key === "Escape" && !new URLSearchParams(window.location.search).has("n") && close()) {
        event.stopImmediatePropagation(); // one step at a time: the card first, the area with the next key
        event.preventDefault();
      }
    },
    true
  );
})();
