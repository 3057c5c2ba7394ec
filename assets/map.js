/* How the drill map draws what components/drill_map.py sends. Names from data become text nodes, never HTML. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var LEADER = [64, 52]; // px from a small district to its label

  function element(tag, className, text) {
    var made = document.createElement(tag);
    made.className = className;
    if (text) {
      made.textContent = text;
    }
    return made;
  }

  function labelOf(feature, hideout) {
    var box = element("div", "area-label-text");
    box.appendChild(element("span", "", feature.properties.name));
    var value = (hideout.values || {})[feature.properties.place_code];
    if (value) {
      box.appendChild(element("b", "", value));
    }
    return box;
  }

  function widthOnScreen(map, layer) {
    var bounds = layer.getBounds();
    return map.latLngToLayerPoint(bounds.getNorthEast()).x - map.latLngToLayerPoint(bounds.getSouthWest()).x;
  }

  /* A district too small for its label gets the label beside it, on a line. */
  function place(map, layer, tip, line, at) {
    var needed = tip.getElement() ? tip.getElement().querySelector("span").offsetWidth : 40;
    var isSmall = widthOnScreen(map, layer) < needed * 2;
    var from = map.latLngToLayerPoint(at);
    var to = isSmall ? from.add(LEADER) : from;
    tip.setLatLng(map.layerPointToLatLng(to));
    line.setLatLngs(isSmall ? [at, map.layerPointToLatLng(to)] : []);
    if (tip.getElement()) {
      tip.getElement().classList.toggle("is-beside", isSmall);
    }
  }

  function watch(map) {
    if (map.cockpitWatched) {
      return;
    }
    map.cockpitWatched = true;
    var observer = new ResizeObserver(function () {
      if (!map.getContainer().isConnected) {
        observer.disconnect();
        return;
      }
      map.invalidateSize({ animate: false });
    });
    observer.observe(map.getContainer());
  }

  window.dashExtensions = Object.assign({}, window.dashExtensions, {
    cockpit: {
      style_district: function (feature, context) {
        var hideout = context.hideout || {};
        var code = feature.properties.place_code;
        var step = (hideout.classes || {})[code] || "none";
        var chosen = hideout.selected ? (hideout.selected === code ? " is-selected" : "") : "";
        return { className: "district map-" + step + chosen, weight: 1, fillOpacity: 1, opacity: 1 };
      },

      each_district: function (feature, layer, context) {
        var map = context.map;
        var hideout = context.hideout || {};
        var code = feature.properties.place_code;
        var step = (hideout.classes || {})[code] || "none";
        var point = feature.properties.label;
        var at = window.L.latLng(point[1], point[0]);
        var tip = window.L.tooltip({ permanent: true, direction: "center", className: "area-label on-map-" + step, interactive: false });
        if (!map.getPane("leaders")) {
          map.createPane("leaders").style.zIndex = 450; // over all districts, under the points
        }
        var line = window.L.polyline([], { pane: "leaders", className: "leader on-map-" + step, weight: 1.2, interactive: false });
        tip.setLatLng(at).setContent(labelOf(feature, hideout));
        function settle() {
          place(map, layer, tip, line, at);
        }
        function open() {
          cockpit.go({ area: code });
        }
        layer.on("add", function () {
          var path = layer.getElement();
          var value = (hideout.values || {})[code] || "—";
          path.setAttribute("data-area", code);
          path.setAttribute("tabindex", "0");
          path.setAttribute("role", "link");
          path.setAttribute("aria-label", feature.properties.name + " " + value + (hideout.unit ? " " + hideout.unit : ""));
          path.addEventListener("keydown", function (event) {
            if (event.key === "Enter" || event.key === " ") {
              event.preventDefault();
              open();
            }
          });
          if (hideout.selected === code) {
            window.requestAnimationFrame(function () {
              layer.bringToFront(); // once its neighbours are there too
            });
          }
          line.addTo(map);
          tip.addTo(map);
          settle();
          map.on("zoomend resize viewreset", settle);
          watch(map);
        });
        layer.on("remove", function () {
          map.off("zoomend resize viewreset", settle);
          tip.remove();
          line.remove();
        });
        layer.on("click", open);
      },

      point: function (feature, latlng) {
        var given = feature.properties;
        return window.L.marker(latlng, {
          keyboard: false,
          icon: window.L.divIcon({ className: "pin-holder layer-" + given.layer, iconSize: [16, 16], html: element("i", "pin pin-" + given.layer + " is-" + given.state) })
        });
      },

      each_point: function (feature, layer) {
        var box = element("div", "point-tip");
        box.appendChild(element("b", "", feature.properties.name));
        box.appendChild(element("span", "", feature.properties.text));
        layer.bindTooltip(box, { direction: "top", offset: [0, -8], className: "point-label" });
        layer.bindPopup(box.cloneNode(true), { closeButton: false, className: "point-label" });
      }
    }
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-layer]") : null;
    if (button) {
      var isShown = button.getAttribute("aria-pressed") === "true";
      button.setAttribute("aria-pressed", String(!isShown));
      button.closest(".drill-map").classList.toggle("without-" + button.dataset.layer, isShown);
    }
  });
})();
