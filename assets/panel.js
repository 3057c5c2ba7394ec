/* What can be taken away from one panel: its figures, its picture, a link to it. And a click on a day of a chart. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var ANCHOR = "#panel-";
  var SIZE = { width: 1200, height: 560 };
  var DAY = /^(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00)?)?$/;

  function said(selector) {
    var found = document.querySelector("#page " + selector);
    return found ? found.textContent.trim() : "";
  }

  /* Scope, period, filters, snapshot, demo or real: what every picture and file says of itself. */
  function footLine() {
    var filters = Array.prototype.map.call(document.querySelectorAll("#page .chip > span"), function (chip) {
      return chip.textContent.trim();
    });
    var snapshot = (said(".page-foot").match(/snap-[0-9a-f]{12}/) || [""])[0];
    return [said(".masthead h1"), said(".place summary"), said(".period-name") + " " + said(".period-span")]
      .concat(filters.length ? ["筛选 " + filters.join("、")] : [])
      .concat([said(".data-time"), "快照 " + snapshot, said(".demo-mark")])
      .filter(Boolean)
      .join(" · ");
  }

  function title(panel) {
    return panel.querySelector(".panel-head h2").textContent.trim();
  }

  function fileName(panel, kind) {
    return title(panel).replace(/[\\/:*?"<>|\s]+/g, "_") + "." + kind;
  }

  function give(address, name) {
    var link = document.createElement("a");
    link.href = address;
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
  }

  function cellText(cell) {
    var text = cell.textContent.trim();
    return /^[=+@\t\r]/.test(text) || /^-[^\d]/.test(text) ? "'" + text : text;
  }

  function csv(panel) {
    var lines = [];
    panel.querySelectorAll(".panel-body table").forEach(function (table) {
      table.querySelectorAll("tr").forEach(function (row) {
        lines.push(Array.prototype.map.call(row.cells, cellText));
      });
    });
    lines.push([title(panel) + " · " + footLine()]);
    var text = lines
      .map(function (line) {
        return line
          .map(function (cell) {
            return '"' + cell.replace(/"/g, '""') + '"';
          })
          .join(",");
      })
      .join("\r\n");
    var file = URL.createObjectURL(new Blob(["\ufeff" + text + "\r\n"], { type: "text/csv" }));
    give(file, fileName(panel, "csv"));
    window.setTimeout(function () {
      URL.revokeObjectURL(file);
    }, 10000);
  }

  function plain(text) {
    return text.replace(/</g, "‹").replace(/>/g, "›");
  }

  function picture(panel, kind) {
    var drawn = panel.querySelector(".js-plotly-plot");
    var style = getComputedStyle(document.documentElement);
    var ink = style.getPropertyValue("--text").trim();
    var layout = JSON.parse(JSON.stringify(drawn.layout));
    layout.paper_bgcolor = style.getPropertyValue("--panel").trim();
    layout.plot_bgcolor = layout.paper_bgcolor;
    layout.margin = Object.assign({}, layout.margin, { t: 64, b: 72 });
    layout.title = { text: plain(title(panel)), x: 0.01, xanchor: "left", y: 0.97, yanchor: "top", font: { size: 20, color: ink } };
    layout.annotations = (layout.annotations || []).concat([
      { text: plain(footLine()), showarrow: false, xref: "paper", yref: "paper", x: 0, y: 0, xanchor: "left", yanchor: "top", yshift: -40, align: "left", font: { size: 12, color: style.getPropertyValue("--sub").trim() } }
    ]);
    layout.autosize = false;
    layout.width = SIZE.width;
    layout.height = SIZE.height;
    return window.Plotly.toImage(
      { data: JSON.parse(JSON.stringify(drawn.data)), layout: layout },
      { format: kind, width: SIZE.width, height: SIZE.height, scale: kind === "png" ? 2 : 1 }
    ).then(function (address) {
      give(address, fileName(panel, kind));
    });
  }

  /* What a panel cannot give is not offered: asked when its menu opens, since charts are drawn later than panels. */
  document.addEventListener(
    "toggle",
    function (event) {
      var menu = event.target;
      if (!menu.matches || !menu.matches(".panel-menu") || !menu.open) {
        return;
      }
      var panel = menu.closest(".panel");
      var hasChart = Boolean(panel.querySelector(".js-plotly-plot"));
      var hasTable = Boolean(panel.querySelector(".panel-body table"));
      menu.querySelectorAll("[data-take]").forEach(function (button) {
        var kind = button.dataset.take;
        var canDraw = hasChart || (kind === "png" && Boolean(cockpit.panelPicture(panel.dataset.panel)));
        button.parentNode.hidden = kind === "csv" ? !hasTable : kind === "link" ? !panel.dataset.panel : !canDraw;
      });
    },
    true
  );

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-take]") : null;
    if (!button) {
      return;
    }
    var panel = button.closest(".panel");
    var kind = button.dataset.take;
    if (kind === "link") {
      cockpit.copy(window.location.origin + window.location.pathname + window.location.search + ANCHOR + panel.dataset.panel, button);
      return;
    }
    var menu = button.closest("details");
    if (kind === "csv") {
      csv(panel);
    } else if (panel.querySelector(".js-plotly-plot")) {
      picture(panel, kind);
    } else {
      cockpit.fetchPicture(cockpit.panelPicture(panel.dataset.panel), menu, menu.querySelector("summary").textContent);
    }
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* On a phone most panels of a scene are one line until somebody opens them. */
  function unfold(panel, isOpen) {
    var button = panel.querySelector(".fold");
    if (button) {
      panel.classList.toggle("is-unfolded", isOpen);
      button.setAttribute("aria-expanded", String(isOpen));
      button.textContent = isOpen ? "收起" : "展开";
      button.setAttribute("aria-label", title(panel) + "：" + button.textContent);
    }
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest(".fold") : null;
    if (button) {
      unfold(button.closest(".panel"), button.getAttribute("aria-expanded") !== "true");
    }
  });

  /* A link to one panel: shown and framed once the page is drawn. */
  new MutationObserver(function () {
    var hash = window.location.hash;
    if (document.body.dataset.ready !== "1" || hash.indexOf(ANCHOR) !== 0) {
      return;
    }
    var panel = document.querySelector("[data-panel='" + CSS.escape(decodeURIComponent(hash.slice(ANCHOR.length))) + "']");
    if (panel && !panel.classList.contains("is-target")) {
      panel.classList.add("is-target");
      unfold(panel, true);
      panel.scrollIntoView({ block: "start" });
    }
  }).observe(document.body, { attributes: true, attributeFilter: ["data-ready"] });

  /* A day of a daily chart filters the page to that day; the table beside it holds the same links for the keyboard. */
  document.addEventListener("pointerover", function (event) {
    var drawn = event.target.closest ? event.target.closest(".chart .js-plotly-plot") : null;
    if (!drawn || drawn.dataset.listens || typeof drawn.on !== "function") {
      return;
    }
    drawn.dataset.listens = "1";
    drawn.on("plotly_click", function (clicked) {
      var day = DAY.exec(String(clicked.points[0].x));
      if (day) {
        var next = new Date(day[1] + "T00:00:00Z");
        next.setUTCDate(next.getUTCDate() + 1);
        cockpit.go({ until: next.toISOString().slice(0, 10), days: "1" });
      }
    });
  });
})();
