/* The only script that gives figures their colours: var(--token) becomes the theme's value. */
(function () {
  "use strict";
  var VARIABLE = /var\((--[a-z0-9-]+)\)/g;

  function painted(part, style) {
    if (typeof part === "string") {
      return part.indexOf("var(") < 0
        ? part
        : part.replace(VARIABLE, function (whole, name) {
            return style.getPropertyValue(name).trim();
          });
    }
    if (Array.isArray(part)) {
      return part.map(function (each) {
        return painted(each, style);
      });
    }
    if (part && typeof part === "object") {
      var copy = {};
      Object.keys(part).forEach(function (key) {
        copy[key] = painted(part[key], style);
      });
      return copy;
    }
    return part;
  }

  /* A dcc.Graph, made here so that it is drawn once, already in its colours. */
  window.cockpit.paint = function (stored) {
    if (!stored) {
      return [];
    }
    var style = getComputedStyle(document.documentElement);
    var figure = painted(stored.figure, style);
    var size = parseFloat(style.getPropertyValue("--t-chart")) || 12;
    figure.layout.font.size = size;
    figure.layout.margin.r *= size / 12; // names at the line's end need room in proportion
    (figure.layout.annotations || []).forEach(function (mark) {
      mark.font = Object.assign({}, mark.font, { size: size });
    });
    return [
      {
        namespace: "dash_core_components",
        type: "Graph",
        props: { figure: figure, config: stored.config, responsive: true, className: "graph" }
      }
    ];
  };
})();
