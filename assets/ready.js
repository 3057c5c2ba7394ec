/* The only script that says when a page is drawn: body[data-ready], with body[data-error] when a panel failed.
   Also applies stale_at on delivery, so that a card from a cache still goes grey. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var body = document.body;
  var PAGES = { "": "overview", n: "number" }; // where the address does not say the page's name
  var asked = false;
  var observer = null;
  var snapshot = ""; // the navigation tells how the scenes stood in it

  function isHere(drawn, page) {
    var name = window.location.pathname.split("/")[1];
    return page.dataset.page === (PAGES[name] || name) && cockpit.scope(drawn.dataset.search) === cockpit.scope(window.location.search);
  }

  function isWhole(drawn) {
    var charts = drawn.querySelectorAll(".chart");
    for (var i = 0; i < charts.length; i += 1) {
      if (!charts[i].querySelector(".main-svg .subplot")) {
        return false;
      }
    }
    var table = drawn.querySelector(".table-place");
    if (table && !(table.querySelector(".ag-root") && drawn.querySelector(".table-count [data-total]"))) {
      return false;
    }
    var maps = drawn.querySelectorAll(".drill-map");
    for (var j = 0; j < maps.length; j += 1) {
      if (!maps[j].querySelector("path[data-area]") || maps[j].hasAttribute("data-loading")) {
        return false;
      }
    }
    return true;
  }

  function age(drawn) {
    var isStill = document.documentElement.classList.contains("still"); // an export's clock stands at its snapshot
    var now = isStill ? new Date(drawn.dataset.madeAt + "+08:00") : new Date();
    drawn.querySelectorAll("[data-stale-at]").forEach(function (card) {
      var at = card.dataset.staleAt;
      if (at && new Date(at + "+08:00") < now && card.dataset.state === "ok") {
        card.dataset.state = "stale";
        var hours = Math.floor((now - new Date(at + "+08:00")) / 3600000);
        card.dataset.age = "数据时间 " + card.dataset.dataTime + "，已过期 " + (hours < 48 ? hours + " 小时" : Math.floor(hours / 24) + " 天");
      }
    });
  }

  /* What scrolls can be reached and scrolled with the keyboard; what does not stays out of its way. */
  function reach(drawn) {
    drawn.querySelectorAll(".scroll, .twin-scroll, .panel-body").forEach(function (each) {
      var scrolls = each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1;
      if (scrolls && getComputedStyle(each).overflowX !== "visible") {
        each.tabIndex = 0;
      } else if (each.tabIndex === 0) {
        each.removeAttribute("tabindex");
      }
    });
  }

  function look() {
    asked = false;
    var page = document.querySelector("#page > .page");
    var drawn = document.querySelector("#page .drawn:not(.is-waiting)");
    var isMessage = drawn && drawn.classList.contains("is-message");
    var card = new URLSearchParams(window.location.search).get("n");
    var isDone = drawn && (isMessage && !page ? true : page && isHere(drawn, page) && isWhole(drawn)) && (!card || document.querySelector(".identity"));
    if (!isDone) {
      body.removeAttribute("data-ready");
      body.removeAttribute("data-error");
      return;
    }
    age(drawn);
    cockpit.fit(drawn);
    reach(drawn);
    cockpit.markOwn();
    observer.takeRecords(); // what was changed just now is no reason to look again: a wall would never rest
    if (drawn.dataset.snapshot && drawn.dataset.snapshot !== snapshot) {
      snapshot = drawn.dataset.snapshot;
      window.dash_clientside.set_props("snapshot", { data: snapshot });
    }
    if (page) {
      document.title = page.dataset.title + " · " + (document.querySelector(".brand") || page).innerText.replace(/\s+/g, "");
    }
    var faults = Array.prototype.map.call(document.querySelectorAll("#page [data-error]"), function (each) {
      return each.dataset.error;
    });
    if (faults.length) {
      body.setAttribute("data-error", faults.join(" "));
    } else {
      body.removeAttribute("data-error");
    }
    body.setAttribute("data-ready", "1");
  }

  function ask() {
    if (!asked) {
      asked = true;
      window.requestAnimationFrame(look);
    }
  }

  observer = new MutationObserver(function (changes) {
    // the wall's clock goes every second: that is no reason to lay the wall out again
    if (changes.some(function (each) { return !each.target.closest("#wall"); })) {
      ask();
    }
  });
  observer.observe(document.getElementById("react-entry-point"), { childList: true, subtree: true, attributes: true, attributeFilter: ["data-search", "class", "data-loading"] });
  document.addEventListener("toggle", ask, true); // what was folded may scroll
  ["popstate", "_dashprivate_pushstate", "_dashprivate_historychange", "hashchange"].forEach(function (name) {
    window.addEventListener(name, function () {
      look();
      ask();
    });
  });
  if (!document.documentElement.classList.contains("still")) {
    window.setInterval(ask, 60000); // a number goes stale by the clock, without anything being loaded
  }
})();
