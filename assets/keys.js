/* Keyboard, full screen, dialogs, copying: what a mouse can do, the keyboard can. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var opener = null;

  function help(isShown) {
    var box = document.getElementById("help");
    box.hidden = !isShown;
    document.getElementById("help-switch").setAttribute("aria-expanded", String(isShown));
    if (isShown) {
      box.querySelector("button").focus();
    }
  }

  function sibling(step) {
    var place = document.querySelector(".place");
    var all = place && place.dataset.siblings ? place.dataset.siblings.split(" ") : [];
    if (!all.length) {
      return;
    }
    var at = all.indexOf(place.dataset.area);
    var next = at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length;
    cockpit.go({ area: all[next] });
  }

  function up() {
    var place = document.querySelector(".place");
    var open = document.querySelector("details.picker[open]");
    if (!document.getElementById("help").hidden) {
      help(false);
    } else if (new URLSearchParams(window.location.search).has("n")) {
      cockpit.go({ n: null });
    } else if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (place && place.dataset.up) {
      cockpit.go({ area: place.dataset.up });
    }
  }

  function fullScreen() {
    if (document.fullscreenElement) {
      document.exitFullscreen();
    } else {
      document.documentElement.requestFullscreen();
    }
  }

  function click(id) {
    var link = document.getElementById(id);
    if (link) {
      link.click();
    }
  }

  document.addEventListener("keydown", function (event) {
    var target = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) {
      return;
    }
    if (event.key === "Escape") {
      up();
    } else if (/^[1-8]$/.test(event.key)) {
      var link = document.querySelectorAll(".scenes .nav-link")[Number(event.key) - 1];
      if (link) {
        link.click();
      }
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      if (!target.closest(".sql, .twin-scroll, .scroll")) {
        sibling(event.key === "ArrowLeft" ? -1 : 1);
      }
    } else if (event.key === "[") {
      click("period-before");
    } else if (event.key === "]") {
      click("period-after");
    } else if (event.key === "f" || event.key === "F") {
      fullScreen();
    } else if (event.key === "/") {
      cockpit.search(true);
    } else if (event.key === "?") {
      help(document.getElementById("help").hidden);
    } else {
      return;
    }
    event.preventDefault();
  });

  function copy(text, button) {
    function said() {
      var before = button.textContent;
      button.textContent = "已复制";
      window.setTimeout(function () {
        button.textContent = before;
      }, 1600);
    }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(said);
      return;
    }
    var box = document.createElement("textarea"); // an intranet address without https has no clipboard of its own
    box.value = text;
    document.body.appendChild(box);
    box.select();
    document.execCommand("copy");
    box.remove();
    said();
  }

  cockpit.copy = copy;

  document.addEventListener("click", function (event) {
    var target = event.target;
    if (!target.closest) {
      return;
    }
    var closing = target.closest("[data-close]");
    var copying = target.closest("[data-copy], [data-copy-link]");
    if (closing) {
      if (closing.dataset.close === "card") {
        cockpit.go({ n: null });
      } else {
        help(false);
      }
    } else if (copying) {
      var link = copying.dataset.copyLink;
      copy(link ? window.location.origin + link : copying.dataset.copy, copying);
    } else if (target.closest("#help-switch")) {
      help(document.getElementById("help").hidden);
    } else if (target.id === "help") {
      help(false);
    } else if (target.classList.contains("veil")) {
      cockpit.go({ n: null });
    }
    document.querySelectorAll("details.picker[open]").forEach(function (open) {
      if (!open.contains(target)) {
        open.open = false;
      }
    });
  });

  /* The open card takes the focus and keeps it; closing gives it back. */
  document.addEventListener("focusin", function (event) {
    var card = document.querySelector(".identity");
    if (card && !card.contains(event.target)) {
      card.focus();
    } else if (!card) {
      opener = event.target;
    }
  });
  new MutationObserver(function () {
    var card = document.querySelector(".identity");
    if (card && !card.contains(document.activeElement)) {
      card.focus();
    } else if (!card && opener && opener.isConnected && document.activeElement === document.body) {
      opener.focus();
    }
  }).observe(document.getElementById("react-entry-point"), { childList: true, subtree: true });
})();
