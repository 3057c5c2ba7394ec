/* The day that map and charts stand on: a slider over the period, with play. The address keeps it as `at`. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var maps = (cockpit.map = cockpit.map || {});
  var DAY = 86400000;
  var STEP_MS = 900;
  var frame = null; // what the slider was built for
  var player = 0;

  function isStill() {
    return document.documentElement.classList.contains("still");
  }

  function at() {
    var given = new URLSearchParams(window.location.search).get("at");
    return given && /^\d{4}-\d{2}-\d{2}$/.test(given) ? given : null;
  }

  function day(text) {
    return Date.parse(text + "T00:00:00Z");
  }

  function iso(time) {
    return new Date(time).toISOString().slice(0, 10);
  }

  /* The chosen day as minutes after the period's first midnight, [from, to); null for the whole period. */
  maps.range = function () {
    var chosen = at();
    if (!chosen || !frame || day(chosen) < frame.since || day(chosen) >= frame.until) {
      return null;
    }
    var from = (day(chosen) - frame.since) / 60000;
    return [from, from + 1440];
  };

  function mark() {
    var chosen = maps.range() ? at() : null;
    document.querySelectorAll("#page .js-plotly-plot").forEach(function (plot) {
      var axis = plot.layout && plot.layout.xaxis;
      if (!axis || !plot._fullLayout || plot._fullLayout.xaxis.type !== "date") {
        return;
      }
      var others = (plot.layout.shapes || []).filter(function (shape) {
        return shape.name !== "cursor";
      });
      if (!chosen && others.length === (plot.layout.shapes || []).length) {
        return;
      }
      var cursor = { name: "cursor", type: "line", xref: "x", yref: "paper", x0: chosen, x1: chosen, y0: 0, y1: 1, line: { width: 1.5, color: getComputedStyle(document.documentElement).getPropertyValue("--accent").trim() } };
      window.Plotly.relayout(plot, { shapes: chosen ? others.concat([cursor]) : others });
    });
  }

  function stop(box) {
    window.clearInterval(player);
    player = 0;
    var button = box.querySelector(".time-play");
    if (button) {
      button.textContent = "▶";
      button.setAttribute("aria-label", "播放");
    }
  }

  function say(box) {
    var chosen = maps.range() ? at() : null;
    box.querySelector("output").textContent = chosen ? chosen.slice(5) : "全期";
    box.querySelector("input").value = String(chosen ? (day(chosen) - frame.since) / DAY + 1 : 0);
  }

  function move(map, box, step) {
    maps.keep({ at: step > 0 ? iso(frame.since + (step - 1) * DAY) : null });
    say(box);
    maps.count(map, box);
    maps.draw(map);
    mark();
  }

  function play(map, box) {
    if (player) {
      stop(box);
      return;
    }
    var button = box.querySelector(".time-play");
    button.textContent = "❚❚";
    button.setAttribute("aria-label", "暂停");
    player = window.setInterval(function () {
      var next = Number(box.querySelector("input").value) + 1;
      if (!box.isConnected || next > frame.days) {
        stop(box);
        return;
      }
      move(map, box, next);
    }, STEP_MS);
  }

  function build(map, box) {
    var bar = box.querySelector(".map-time");
    bar.textContent = "";
    stop(box);
    var button = maps.element("button", "time-play quiet", "▶");
    button.setAttribute("aria-label", "播放");
    button.hidden = isStill();
    button.addEventListener("click", function () {
      if (Number(slider.value) >= frame.days) {
        move(map, box, 0);
      }
      play(map, box);
    });
    var slider = maps.element("input", "");
    slider.type = "range";
    slider.min = "0";
    slider.max = String(frame.days);
    slider.step = "1";
    slider.disabled = isStill();
    slider.setAttribute("aria-label", "时间：左端为全期，向右逐日");
    slider.addEventListener("input", function () {
      stop(box);
      move(map, box, Number(slider.value));
    });
    bar.appendChild(button);
    bar.appendChild(slider);
    bar.appendChild(maps.element("output", ""));
  }

  /* Shown where a layer that is on has events; the same for map and charts. */
  maps.time = function (map, box) {
    var hasEvents = (map.cockpitLayers || []).some(function (layer) {
      return layer.data.start;
    });
    var wanted = box.dataset.since + "/" + box.dataset.until;
    var bar = box.querySelector(".map-time");
    if (!frame || frame.name !== wanted || !bar.firstChild) {
      frame = { name: wanted, since: day(box.dataset.since), until: day(box.dataset.until) };
      frame.days = Math.round((frame.until - frame.since) / DAY);
      build(map, box);
    }
    bar.hidden = !hasEvents || frame.days < 2;
    say(box);
    mark();
  };

  cockpit.markCharts = mark;
})();
