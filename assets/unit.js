/* 我的单位: kept in this browser alone. early.js lands on it; here it is set, and the navigation leads to it. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var KEY = "cockpit-unit";

  /* What the navigation's link to the unit's page carries. */
  cockpit.ownUnit = function () {
    try {
      return window.localStorage.getItem(KEY) || "";
    } catch (refused) {
      return "";
    }
  };

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-own]") : null;
    if (!button) {
      return;
    }
    var isSet = cockpit.ownUnit() === button.dataset.own;
    try {
      if (isSet) {
        window.localStorage.removeItem(KEY);
      } else {
        window.localStorage.setItem(KEY, button.dataset.own);
      }
    } catch (refused) {
      button.textContent = "浏览器不让保存：把本页存为书签即可";
      return;
    }
    cockpit.markOwn();
  });

  cockpit.markOwn = function () {
    document.querySelectorAll("[data-own]").forEach(function (button) {
      var isSet = cockpit.ownUnit() === button.dataset.own;
      button.setAttribute("aria-pressed", String(isSet));
      button.textContent = isSet ? "已设为我的单位，点此取消" : "设为我的单位";
    });
  };
})();
