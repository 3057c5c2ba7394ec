/* How the drill map draws what components/drill_map.py sends. Names from data become text nodes, never HTML. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var maps = (cockpit.map = cockpit.map || {});
  var LEADERS = [[64, 52], [64, -52], [-64, 52], [-64, -52], [0, 78], [0, -78]]; // px from a small area to its label
  var NEAR = [[0, 0], [0, -30], [0, 30], [-34, 0], [34, 0]]; // px a label may move within its area
  var LEGEND = 90; // px that the legend takes of a wide map
  var FEW = 12; // so many areas may have labels on a line; of more, those without room keep theirs for the pointer

  maps.element = function (tag, className, text) {
    var made = document.createElement(tag);
    made.className = className;
    if (text) {
      made.textContent = text;
    }
    return made;
  };

  function labelOf(feature, hideout) {
    var box = maps.element("div", "area-label-text");
    box.appendChild(maps.element("span", "", feature.properties.name));
    var value = (hideout.values || {})[feature.properties.place_code];
    if (value && value !== "—") {
      box.appendChild(maps.element("b", "", value));
    }
    return box;
  }

  function overlaps(box, taken) {
    return taken.some(function (each) {
      return box[0] < each[2] && box[2] > each[0] && box[1] < each[3] && box[3] > each[1];
    });
  }

  function boxAt(point, size) {
    return [point.x - size[0] / 2, point.y - size[1] / 2, point.x + size[0] / 2, point.y + size[1] / 2];
  }

  /* Every label where it has room: in its area, else on a line beside it, else only under the pointer. */
  function settle(map) {
    var bounds = map.getSize();
    var taken = (map.cockpitHits || []).filter(function (hit) {
      return hit.group;
    }).map(function (hit) {
      return boxAt(hit, [hit.reach * 2, hit.reach * 2]);
    });
    var labels = map.cockpitLabels || [];
    labels.forEach(function (each) {
      var box = each.layer.getBounds();
      each.width = map.latLngToContainerPoint(box.getNorthEast()).x - map.latLngToContainerPoint(box.getSouthWest()).x;
    });
    labels.sort(function (one, other) {
      return one.rank - other.rank || other.width - one.width;
    });
    labels.forEach(function (each) {
      var node = each.tip.getElement();
      if (!node) {
        return;
      }
      node.classList.remove("is-beside", "is-hidden");
      var size = [node.offsetWidth + 4, node.offsetHeight + 2];
      var from = map.latLngToContainerPoint(each.at);
      var to = null;
      var isBeside = false;
      if (each.width >= size[0] * 1.15) {
        NEAR.some(function (step) {
          var at = from.add(step);
          var isIn = Math.abs(step[0]) + size[0] / 2 < each.width / 2;
          to = isIn && !overlaps(boxAt(at, size), taken) ? at : null;
          return to !== null;
        });
      }
      if (!to && labels.length <= FEW && bounds.contains(from)) {
        node.classList.add("is-beside");
        size = [node.offsetWidth + 4, node.offsetHeight + 2];
        LEADERS.some(function (step) {
          var at = from.add(step);
          var box = boxAt(at, size);
          var isInside = box[0] > 0 && box[1] > 0 && box[2] < bounds.x && box[3] < bounds.y;
          to = isInside && !overlaps(box, taken) ? at : null;
          isBeside = to !== null;
          return to !== null;
        });
      }
      node.classList.toggle("is-beside", isBeside);
      node.classList.toggle("is-hidden", !to);
      each.line.setLatLngs(isBeside ? [each.at, map.containerPointToLatLng(to)] : []);
      if (to) {
        each.tip.setLatLng(map.containerPointToLatLng(to));
        taken.push(boxAt(to, size));
      }
    });
  }

  maps.settleSoon = function (map) {
    if (!map.cockpitSettling) {
      map.cockpitSettling = window.requestAnimationFrame(function () {
        map.cockpitSettling = 0;
        if (map.getContainer().isConnected) {
          settle(map);
        }
      });
    }
  };

  function fit(map, box) {
    var wanted = box.dataset.bounds;
    if (wanted && map.cockpitBounds !== wanted) {
      map.cockpitBounds = wanted;
      var left = map.getSize().x >= 560 ? LEGEND : 0;
      map.fitBounds(JSON.parse(wanted), { animate: false, paddingTopLeft: [left, 0] });
    }
  }

  /* The map's own state follows what Dash wrote on its frame. */
  maps.sync = function (map) {
    var box = map.getContainer().closest(".drill-map");
    if (box) {
      fit(map, box);
      maps.tiles(map, box);
      maps.refresh(map, box);
      maps.settleSoon(map);
    }
  };

  function watch(map) {
    if (map.cockpitWatched) {
      return;
    }
    map.cockpitWatched = true;
    map.cockpitLabels = [];
    map.getContainer().cockpitMap = map;
    map.createPane("leaders").style.zIndex = 450; // over all areas, under the points
    var observer = new ResizeObserver(function () {
      if (!map.getContainer().isConnected) {
        observer.disconnect();
        return;
      }
      map.invalidateSize({ animate: false });
      map.cockpitBounds = null;
      maps.sync(map);
    });
    observer.observe(map.getContainer());
    map.on("zoomend moveend viewreset", function () {
      maps.settleSoon(map);
    });
    map.on("click", function (event) {
      maps.pick(map, event.containerPoint);
    });
    maps.sync(map);
  }

  new MutationObserver(function (changes) {
    var seen = [];
    changes.forEach(function (change) {
      var container = change.target.querySelector(".leaflet-container");
      if (container && container.cockpitMap && seen.indexOf(container) < 0) {
        seen.push(container);
        maps.sync(container.cockpitMap);
      }
    });
  }).observe(document.getElementById("react-entry-point"), { subtree: true, attributes: true, attributeFilter: ["data-layers", "data-bounds"] });

  window.dashExtensions = Object.assign({}, window.dashExtensions, {
    cockpit: {
      style_area: function (feature, context) {
        var hideout = context.hideout || {};
        var code = feature.properties.place_code;
        var step = hideout.look === "painted" ? (hideout.classes || {})[code] || "none" : hideout.look;
        var chosen = hideout.selected === code ? " is-selected" : "";
        return { className: "area map-" + step + chosen, weight: 1, fillOpacity: 1, opacity: 1 };
      },

      each_area: function (feature, layer, context) {
        var map = context.map;
        var hideout = context.hideout || {};
        var code = feature.properties.place_code;
        var isPainted = hideout.look === "painted";
        var step = isPainted ? (hideout.classes || {})[code] || "none" : hideout.look;
        var point = feature.properties.label;
        var at = window.L.latLng(point[1], point[0]);
        var tip = window.L.tooltip({ permanent: true, direction: "center", className: "area-label on-map-" + step, interactive: false });
        tip.setLatLng(at).setContent(labelOf(feature, hideout));
        watch(map);
        var line = window.L.polyline([], { pane: "leaders", className: "leader on-map-" + step, weight: 1.2, interactive: false });
        var entry = { layer: layer, tip: tip, line: line, at: at, rank: hideout.selected === code ? 0 : isPainted ? 1 : 2 };
        function open() {
          cockpit.go({ area: code, point: null });
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
              if (isPainted || hideout.look === "around") {
                layer[isPainted ? "bringToFront" : "bringToBack"]();
              }
              map.eachLayer(function (each) {
                if (each.feature && each.getElement && each.getElement().classList.contains("map-open")) {
                  each.bringToFront(); // the parts lie over the area they are parts of
                }
              });
            });
          }
          if (hideout.look !== "around") {
            line.addTo(map);
            tip.addTo(map);
            map.cockpitLabels.push(entry);
          }
          maps.settleSoon(map);
        });
        layer.on("remove", function () {
          map.cockpitLabels = map.cockpitLabels.filter(function (each) {
            return each !== entry;
          });
          tip.remove();
          line.remove();
        });
        layer.on("mouseover mouseout", function (event) {
          var node = tip.getElement();
          if (node) {
            node.classList.toggle("is-pointed", event.type === "mouseover");
          }
        });
        layer.on("click", function (event) {
          window.L.DomEvent.stop(event);
          if (!maps.pick(map, event.containerPoint)) {
            open();
          }
        });
      },

      point: function (feature, latlng) {
        var given = feature.properties;
        return window.L.marker(latlng, {
          keyboard: false,
          icon: window.L.divIcon({ className: "pin-holder layer-" + given.layer, iconSize: [16, 16], html: maps.element("i", "pin pin-" + given.layer + " is-" + given.state) })
        });
      },

      each_point: function (feature, layer) {
        var box = maps.element("div", "point-tip");
        box.appendChild(maps.element("b", "", feature.properties.name));
        box.appendChild(maps.element("span", "", feature.properties.text));
        layer.bindTooltip(box, { direction: "top", offset: [0, -8], className: "point-label" });
        layer.bindPopup(box.cloneNode(true), { closeButton: false, className: "point-label" });
      }
    }
  });
})();
