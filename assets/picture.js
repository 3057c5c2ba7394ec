/* The only script that fetches a page's picture: the menu says what is going on, and why there is none. */
(function () {
  "use strict";
  var SAID_MS = 8000;

  function say(menu, text, isBusy) {
    menu.querySelector("summary").textContent = text;
    menu.setAttribute("aria-busy", String(isBusy));
  }

  function keep(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(function () {
      URL.revokeObjectURL(link.href);
    }, 60000);
  }

  function fetchPicture(link) {
    var menu = link.closest("details");
    if (menu.getAttribute("aria-busy") === "true") {
      return;
    }
    menu.open = false;
    say(menu, "正在画图…", true);
    window
      .fetch(link.href, { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) {
          return answer.text().then(function (sentence) {
            throw new Error(sentence);
          });
        }
        var named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") || "");
        return answer.blob().then(function (blob) {
          keep(blob, named ? decodeURIComponent(named[1]) : "picture.png");
          say(menu, "导出图片", false);
        });
      })
      .catch(function (fault) {
        say(menu, "没有画成", false);
        menu.title = fault.message;
        menu.querySelector("summary").setAttribute("aria-label", "没有画成：" + fault.message);
        window.setTimeout(function () {
          say(menu, "导出图片", false);
        }, SAID_MS);
      });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-picture]");
    if (link) {
      event.preventDefault();
      fetchPicture(link);
    }
  });
})();
