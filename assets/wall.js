/* The wall: its clock, the turn from scene to scene, and lists that end with a whole row. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var IDLE_MS = 600000; // a wall that someone stopped goes on by itself when nobody has touched it for ten minutes
  var WEEKDAYS = "日一二三四五六";
  var paused = false;
  var since = Date.now();
  var touched = 0;
  var asking = false;

  function given() {
    return new URLSearchParams(window.location.search);
  }

  function bar() {
    return document.getElementById("wall");
  }

  function scenes() {
    return bar().dataset.scenes.split(" ");
  }

  function here() {
    return window.location.pathname.split("/")[1] || "overview";
  }

  function two(number) {
    return number < 10 ? "0" + number : String(number);
  }

  function clock() {
    var isStill = document.documentElement.classList.contains("still");
    var drawn = document.querySelector("#page .drawn[data-made-at]");
    var now = isStill && drawn ? new Date(drawn.dataset.madeAt) : new Date();
    var said = now.getMonth() + 1 + "月" + now.getDate() + "日 周" + WEEKDAYS[now.getDay()] + " " + two(now.getHours()) + ":" + two(now.getMinutes());
    var place = document.getElementById("wall-clock");
    if (place.textContent !== said) {
      place.textContent = said;
    }
  }

  function tell() {
    var isTurning = given().has("rotate");
    document.documentElement.classList.toggle("is-turning", isTurning);
    var button = document.getElementById("wall-pause");
    button.hidden = !isTurning;
    button.setAttribute("aria-pressed", String(paused));
    button.textContent = paused ? "继续" : "暂停";
    var at = scenes().indexOf(here());
    document.getElementById("wall-turn").textContent = isTurning && at >= 0 ? at + 1 + " / " + scenes().length : "";
  }

  function pause(isPaused) {
    paused = isPaused;
    since = Date.now();
    tell();
  }

  /* On to the next scene, but only when the server answers: otherwise the last numbers stay, and say since when. */
  function turn() {
    asking = true;
    window.fetch("/readyz", { cache: "no-store" }).then(function (answer) {
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      document.getElementById("wall-lost").textContent = "";
      var next = scenes()[(scenes().indexOf(here()) + 1) % scenes().length];
      var path = "/" + next;
      var search = cockpit.carried(window.location.search);
      if (next === scenes()[0]) {
        window.location.assign(path + search); // a new page each round: whatever a day of drawing left behind goes
      } else {
        cockpit.visit(path, search);
      }
    }).catch(function () {
      var lost = document.getElementById("wall-lost");
      if (!lost.textContent) {
        var now = new Date();
        lost.textContent = two(now.getHours()) + ":" + two(now.getMinutes()) + " 起连不上服务器，屏上是此前的数";
      }
    }).then(function () {
      since = Date.now();
      asking = false;
    });
  }

  function tick() {
    if (!bar() || document.documentElement.dataset.view !== "wall") {
      return;
    }
    clock();
    tell();
    if (paused && Date.now() - touched > IDLE_MS) {
      pause(false);
    }
    var isTurning = given().has("rotate") && !paused && !asking && !document.documentElement.classList.contains("still");
    if (isTurning && Date.now() - since >= Number(bar().dataset.seconds) * 1000) {
      turn();
    }
  }

  function stop(event) {
    if (document.documentElement.dataset.view !== "wall" || !given().has("rotate")) {
      return;
    }
    touched = Date.now();
    if (event.type === "keydown" && event.key === " ") {
      pause(!paused);
      event.preventDefault();
    } else if (event.type === "click" && event.target.id === "wall-pause") {
      pause(!paused);
    } else if (!event.target.closest || !event.target.closest("#wall")) {
      pause(true);
    }
  }
  document.addEventListener("keydown", stop);
  document.addEventListener("pointerdown", function (event) {
    if (event.target.id !== "wall-pause") {
      stop(event);
    }
  });
  document.addEventListener("click", function (event) {
    if (event.target.id === "wall-pause") {
      stop(event);
    }
  });
  window.setInterval(tick, 1000);

  /* What a list's end depends on: how many rows, where the panel ends, where the last row that is shown does. */
  function fitted(rows, end) {
    var shown = Array.prototype.filter.call(rows, function (row) {
      return !row.classList.contains("is-over");
    });
    return [rows.length, Math.round(end), Math.round(shown[shown.length - 1].getBoundingClientRect().bottom)].join();
  }

  /* A list on the wall ends with a whole row and says how many more there are. */
  cockpit.fit = function (drawn) {
    if (document.documentElement.dataset.view !== "wall") {
      return;
    }
    tick();
    drawn.querySelectorAll(".panel .panel-body").forEach(function (body) {
      var rows = body.querySelectorAll(".grid tbody tr, .ranking tbody tr");
      if (!rows.length || !body.getClientRects().length) {
        return;
      }
      var end = body.getBoundingClientRect().bottom - 6;
      if (body.cockpitFitted === fitted(rows, end)) {
        return; // as it was left: a wall that is looked at again rests
      }
      rows.forEach(function (row) {
        row.classList.remove("is-over");
      });
      var over = 0;
      for (var i = rows.length - 1; i > 0 && rows[i].getBoundingClientRect().bottom > end; i -= 1) {
        rows[i].classList.add("is-over");
        over += 1;
      }
      var whole = Number((body.querySelector("[data-total]") || { dataset: {} }).dataset.total || rows.length);
      var head = body.closest(".panel").querySelector(".panel-head");
      if (whole > rows.length - over) {
        head.setAttribute("data-more", "列 " + (rows.length - over) + " / " + whole);
      } else {
        head.removeAttribute("data-more");
      }
      body.cockpitFitted = fitted(rows, end);
    });
  };
})();
