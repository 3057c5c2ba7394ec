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

  /* `rest` is what the menu says when nothing is going on. */
  function fetchPicture(address, menu, rest) {
    if (menu.getAttribute("aria-busy") === "true") {
      return;
    }
    menu.open = false;
    say(menu, "正在画图…", true);
    window
      .fetch(address, { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) {
          return answer.text().then(function (sentence) {
            throw new Error(sentence);
          });
        }
        var named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") || "");
        return answer.blob().then(function (blob) {
          keep(blob, named ? decodeURIComponent(named[1]) : "picture.png");
          say(menu, rest, false);
        });
      })
      .catch(function (fault) {
        say(menu, "没有画成", false);
        menu.title = fault.message;
        menu.querySelector("summary").setAttribute("aria-label", "没有画成：" + fault.message);
        window.setTimeout(function () {
          say(menu, rest, false);
        }, SAID_MS);
      });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-picture]");
    if (link) {
      event.preventDefault();
      fetchPicture(link.href, link.closest("details"), "导出图片");
    }
  });

  /* A panel without a chart of its own is drawn by the server, like the page; empty where the page offers none. */
  window.cockpit.panelPicture = function (name) {
    var page = document.querySelector("a[data-picture='page']");
    if (!page || !name) {
      return "";
    }
    var address = new URL(page.href);
    address.pathname = address.pathname.replace("/page/", "/panel/");
    address.searchParams.set("panel", name);
    return address.toString();
  };
  window.cockpit.fetchPicture = fetchPicture;
})();
