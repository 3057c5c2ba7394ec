/* Search over scenes, numbers, places, units and the catalogue: one index, fetched once, asked in the browser. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var SHOWN = 12;
  var index = null;
  var opener = null;
  var chosen = 0;

  function box() {
    return document.getElementById("search");
  }

  function field() {
    return document.getElementById("search-field");
  }

  function load() {
    if (index) {
      return Promise.resolve(index);
    }
    return window.fetch(box().dataset.index).then(function (answer) {
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      return answer.json();
    }).then(function (entries) {
      index = entries.map(function (entry) {
        return { kind: entry[0], name: entry[1], beside: entry[2], to: entry[4], name_low: entry[1].toLowerCase(), words: entry[3].toLowerCase(), hay: (entry[1] + " " + entry[2] + " " + entry[3]).toLowerCase() };
      });
      return index;
    });
  }

  /* Smaller is better: the code itself, the name itself, a name that begins so, that contains it, the rest. */
  function rank(entry, asked) {
    if (entry.words.split(" ").indexOf(asked) >= 0) {
      return 0;
    }
    var at = entry.name_low.indexOf(asked);
    return entry.name_low === asked ? 1 : at === 0 ? 2 : at > 0 ? 3 : 4;
  }

  cockpit.find = function (entries, text) {
    var asked = text.trim().toLowerCase();
    var words = asked.split(/\s+/);
    if (!asked) {
      return entries.filter(function (entry) {
        return entry.kind === "场景";
      });
    }
    return entries.filter(function (entry) {
      return words.every(function (word) {
        return entry.hay.indexOf(word) >= 0;
      });
    }).map(function (entry, order) {
      return { entry: entry, rank: rank(entry, asked), order: order };
    }).sort(function (a, b) {
      return a.rank - b.rank || a.order - b.order;
    }).slice(0, SHOWN).map(function (each) {
      return each.entry;
    });
  };

  function choose(at) {
    var options = document.querySelectorAll("#search-found [role=option]");
    chosen = options.length ? (at + options.length) % options.length : 0;
    options.forEach(function (option, order) {
      option.setAttribute("aria-selected", String(order === chosen));
      if (order === chosen) {
        field().setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
  }

  function part(tag, className, text) {
    var made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function list(found, said) {
    var place = document.getElementById("search-found");
    place.textContent = "";
    found.forEach(function (entry, order) {
      var option = part("li", "found-entry", "");
      option.id = "found-" + order;
      option.setAttribute("role", "option");
      option.appendChild(part("span", "found-kind", entry.kind));
      option.appendChild(part("b", "", entry.name));
      option.appendChild(part("span", "found-beside", entry.beside));
      option.addEventListener("click", function () {
        go(entry);
      });
      place.appendChild(option);
    });
    if (!found.length) {
      place.appendChild(part("li", "found-none", said));
    }
    choose(0);
  }

  function refresh() {
    load().then(function (entries) {
      list(cockpit.find(entries, field().value), "没有找到：换一个词，或到数据目录里查");
    }).catch(function () {
      list([], "搜索暂时用不了：与服务器的连接断了，稍后再试");
    });
  }

  function go(entry) {
    show(false);
    if (entry.to.charAt(0) === "?") {
      cockpit.go({ area: entry.to.split("=")[1], n: null });
      return;
    }
    var to = new URL(entry.to, window.location.origin);
    var kept = new URLSearchParams(cockpit.carried(window.location.search));
    to.searchParams.forEach(function (value, key) {
      kept.set(key, value);
    });
    var rest = kept.toString();
    cockpit.visit(to.pathname, rest ? "?" + rest : "");
  }

  function show(isShown) {
    if (isShown) {
      opener = document.activeElement;
      box().hidden = false;
      field().focus();
      field().select();
      refresh();
    } else if (!box().hidden) {
      box().hidden = true;
      if (opener && opener.isConnected) {
        opener.focus();
      }
    }
  }
  cockpit.search = show;

  document.addEventListener("input", function (event) {
    if (event.target.id === "search-field") {
      refresh();
    }
  });

  document.addEventListener("keydown", function (event) {
    if (!event.target || event.target.id !== "search-field" || event.isComposing) {
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      var option = document.getElementById("found-" + chosen);
      if (option) {
        option.click();
      }
    } else if (event.key === "Escape" || event.key === "Tab") {
      show(false);
    } else {
      return;
    }
    event.preventDefault();
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("#search-switch")) {
      show(true);
    } else if (event.target.id === "search") {
      show(false);
    }
  });
})();
