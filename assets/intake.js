/* The only script of the intake page: chooses and sends the file, sends what buttons ask for, beats while work goes on.
   A file travels as the body of one request, so that a large one is never held in memory twice. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var MEMORY = "cockpit-who";
  var PATIENCE_MS = 20000;
  var chosen = null;
  var beaten = 0;

  function page() {
    return document.querySelector("[data-page='intake']");
  }

  function remembered() {
    try {
      return window.localStorage.getItem(MEMORY) || "";
    } catch (refused) {
      return "";
    }
  }

  function remember(name) {
    try {
      window.localStorage.setItem(MEMORY, name);
    } catch (refused) {
      /* a browser that stores nothing asks again */
    }
  }

  function beat() {
    beaten = Date.now();
    window.dash_clientside.set_props("intake-pulse", { data: beaten });
  }

  /* Whether the last beat is answered: on a busy server a new one would only overtake it, and nothing would be drawn. */
  function isAnswered() {
    var drawn = document.querySelector("#page .drawn");
    return (drawn && Number(drawn.dataset.beat) >= beaten) || Date.now() - beaten > PATIENCE_MS;
  }

  function say(near, sentence) {
    var place = near.querySelector(".said");
    if (place) {
      place.textContent = sentence;
    }
  }

  function name(near) {
    var field = near.querySelector("input[name='who']");
    var typed = field ? field.value.trim() : "";
    if (!typed) {
      say(near, "请先写下您的姓名，入库记录里要留名。");
      if (field) {
        field.focus();
      }
      return "";
    }
    remember(typed);
    return typed;
  }

  function sentence(text, status) {
    try {
      return JSON.parse(text).sentence || "没有成功（" + status + "）。";
    } catch (fault) {
      return status === 413 ? "文件太大，反向代理不让通过；请联系运维。" : "没有成功（" + status + "），请重试；仍不行请联系运维。";
    }
  }

  function choose(file) {
    chosen = file || null;
    var place = document.querySelector(".drop .chosen");
    if (place) {
      place.textContent = chosen ? chosen.name + "（" + (chosen.size / 1048576).toFixed(chosen.size < 1048576 ? 2 : 1) + " MB）" : "";
    }
  }

  function pick() {
    var field = document.createElement("input");
    field.type = "file";
    field.addEventListener("change", function () {
      choose(field.files[0]);
    });
    field.click();
  }

  function table() {
    var field = document.getElementById("intake-table");
    return field ? field.value.split(" · ").pop().trim() : "";
  }

  function send(form) {
    var who = name(form);
    var asked = new URLSearchParams(window.location.search).get("table") || table();
    if (!who) {
      return;
    }
    if (!asked) {
      say(form, "请先从列表里选一张表。");
      return;
    }
    if (!chosen) {
      say(form, "请先选择文件。");
      return;
    }
    if (chosen.size > Number(form.dataset.limitMb) * 1048576) {
      say(form, "文件超过 " + form.dataset.limitMb + " MB；请拆成几份，或请管理员用命令行导入。");
      return;
    }
    var pressed = form.querySelector(".choice[aria-pressed='true']");
    var query = new URLSearchParams({ table: asked, mapping: pressed ? pressed.dataset.mapping : "", who: who, file: chosen.name });
    var bar = form.querySelector("progress");
    var button = form.querySelector("[type='submit']");
    var request = new XMLHttpRequest();
    request.open("POST", "/intake/files?" + query.toString());
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = function (event) {
      bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0;
      say(form, "正在上传 " + Math.round(bar.value) + "%");
    };
    request.onload = function () {
      button.disabled = false;
      bar.hidden = true;
      if (request.status === 201) {
        choose(null);
        cockpit.go({ visit: JSON.parse(request.responseText).visit, table: null });
      } else {
        say(form, sentence(request.responseText, request.status));
      }
    };
    request.onerror = function () {
      button.disabled = false;
      bar.hidden = true;
      say(form, "上传中断：请检查网络后重试；库里没有任何改动。");
    };
    button.disabled = true;
    bar.hidden = false;
    say(form, "正在上传");
    request.send(chosen);
  }

  function post(button) {
    var near = button.closest(".actions");
    var who = name(near);
    if (!who || (button.dataset.ask && !window.confirm(button.dataset.ask))) {
      return;
    }
    button.disabled = true;
    window
      .fetch(button.dataset.post + "?" + new URLSearchParams({ who: who }).toString(), { method: "POST" })
      .then(function (answer) {
        return answer.text().then(function (text) {
          if (!answer.ok) {
            say(near, sentence(text, answer.status));
          }
          button.disabled = false;
          beat();
        });
      })
      .catch(function () {
        button.disabled = false;
        say(near, "没有连上服务器，请重试。");
      });
  }

  document.addEventListener("click", function (event) {
    var drop = event.target.closest("[data-drop]");
    var choice = event.target.closest("[data-mapping]");
    var button = event.target.closest("[data-post]");
    if (drop) {
      pick();
    } else if (choice) {
      choice.parentNode.querySelectorAll("[data-mapping]").forEach(function (each) {
        each.setAttribute("aria-pressed", String(each === choice));
      });
    } else if (button) {
      post(button);
    }
  });

  document.addEventListener("submit", function (event) {
    if (event.target.classList.contains("upload")) {
      event.preventDefault();
      send(event.target);
    }
  });

  document.addEventListener("change", function (event) {
    if (event.target.id === "intake-table" && document.querySelector("#intake-tables option[value='" + window.CSS.escape(event.target.value) + "']")) {
      cockpit.go({ table: table() });
    }
    if (event.target.name === "who" && event.target.value.trim()) {
      remember(event.target.value.trim());
    }
  });

  ["dragover", "dragleave", "drop"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var place = event.target.closest && event.target.closest("[data-drop]");
      if (!page()) {
        return;
      }
      event.preventDefault(); // a file that misses the field must not replace the page
      if (place) {
        place.classList.toggle("is-over", kind === "dragover");
      }
      if (place && kind === "drop") {
        choose(event.dataTransfer.files[0]);
      }
    });
  });

  new MutationObserver(function () {
    var field = page() && document.querySelector("input[name='who']");
    if (field && !field.dataset.filled) {
      field.dataset.filled = "1";
      if (!field.value && remembered()) {
        window.dash_clientside.set_props(field.id, { value: remembered() });
      }
    }
  }).observe(document.getElementById("react-entry-point"), { childList: true, subtree: true });

  window.setInterval(function () {
    if (page() && document.querySelector("[data-working]") && isAnswered() && !document.documentElement.classList.contains("still")) {
      beat();
    }
  }, 1000);
})();
