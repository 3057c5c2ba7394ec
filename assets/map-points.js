/* The layers over the map: asked for when switched on, drawn on one canvas, clustered where they would lie on one another. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var maps = (cockpit.map = cockpit.map || {});
  var loaded = new Map(); // address → promise of columns; the newest few
  var KEPT = 12;
  var CLUSTER_PX = 54;
  var ALONE_FROM = 16; // from this zoom every object stands by itself
  var FEW = 250; // so many in view need no clusters
  var LISTED = 100;
  var REACH_PX = 9;
  var RADIUS = [4.5, 5.5, 3.2]; // in hand, calls for attention, done
  var HECTARE_DEGREES = 100 / 111195; // the side of a hectare in degrees of latitude
  var LON_SCALE = Math.cos((30 * Math.PI) / 180);
  var STATES = ["在办", "需关注", "已结"];

  function mercator(lat) {
    var sine = Math.sin((lat * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }

  function prepared(given) {
    var count = given.id.length;
    given.x = new Float64Array(count);
    given.y = new Float64Array(count);
    for (var i = 0; i < count; i += 1) {
      var lon = given.origin[0] + given.lon[i] * given.unit;
      var lat = given.origin[1] + given.lat[i] * given.unit;
      given.x[i] = (lon + 180) / 360;
      given.y[i] = mercator(lat);
    }
    return given;
  }

  function load(address) {
    if (!loaded.has(address)) {
      loaded.set(
        address,
        window.fetch(address, { credentials: "same-origin" }).then(function (answer) {
          if (!answer.ok) {
            throw new Error(answer.status);
          }
          return answer.json().then(prepared);
        })
      );
      if (loaded.size > KEPT) {
        loaded.delete(loaded.keys().next().value);
      }
    }
    return loaded.get(address);
  }

  function isThen(data, i, range) {
    return !range || !data.start || (data.start[i] < range[1] && (data.end[i] < 0 || data.end[i] >= range[0]));
  }

  /* Which layers are on: the address says, else the declaration. */
  maps.chosen = function (offers) {
    var given = new URLSearchParams(window.location.search).get("layers");
    return offers.filter(function (each) {
      return given === null ? each.is_on : given.split(",").indexOf(each.id) >= 0;
    });
  };

  function inks() {
    var style = getComputedStyle(document.documentElement);
    function token(name) {
      return style.getPropertyValue("--" + name).trim();
    }
    var found = { edge: token("panel"), text: token("text"), mute: token("mute"), accent: token("accent"), panel: token("panel"), line: token("line"), font: token("font") || "sans-serif" };
    found.tints = [1, 2, 3, 4, 5, 6].map(function (n) { return token("tint-" + n); });
    found.places = [0, 1, 2, 3, 4, 5].map(function (n) { return n ? token("map-" + n) : ""; });
    return found;
  }

  function makeCanvas(map) {
    map.createPane("points").style.zIndex = 460;
    map.getPane("points").style.pointerEvents = "none";
    var node = maps.element("canvas", "map-canvas leaflet-zoom-hide");
    node.setAttribute("aria-hidden", "true");
    map.getPane("points").appendChild(node);
    map.on("move zoomend viewreset resize", function () {
      maps.draw(map);
    });
    map.on("mousemove", function (event) {
      point(map, event.containerPoint);
    });
    return node;
  }

  maps.draw = function (map) {
    if (!map.cockpitDrawing) {
      map.cockpitDrawing = window.requestAnimationFrame(function () {
        map.cockpitDrawing = 0;
        if (map.getContainer().isConnected && map.cockpitLayers) {
          paint(map);
        }
      });
    }
  };

  function paint(map) {
    var node = (map.cockpitCanvas = map.cockpitCanvas || makeCanvas(map));
    var size = map.getSize();
    var ratio = window.devicePixelRatio || 1;
    if (node.width !== Math.round(size.x * ratio) || node.height !== Math.round(size.y * ratio)) {
      node.width = Math.round(size.x * ratio);
      node.height = Math.round(size.y * ratio);
      node.style.width = size.x + "px";
      node.style.height = size.y + "px";
    }
    window.L.DomUtil.setPosition(node, map.containerPointToLayerPoint([0, 0]));
    var pen = node.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, size.x, size.y);
    var ink = inks();
    map.cockpitHits = [];
    map.cockpitLayers.forEach(function (layer) {
      if (layer.data.place) {
        cells(map, layer, pen, ink, size);
      }
    });
    var bubbles = [];
    map.cockpitLayers.forEach(function (layer) {
      if (!layer.data.place && !layer.data.shapes) {
        objects(map, layer, pen, ink, size, bubbles);
      }
    });
    bubbles.forEach(function (draw) {
      draw(); // over all that stands alone, so that their numbers can be read
    });
  }

  /* Areas are SVG over the choropleth; a click opens the card of the one under the pointer. */
  function overlay(map) {
    (map.cockpitOverlays || []).forEach(function (each) {
      each.remove();
    });
    map.cockpitOverlays = map.cockpitLayers.filter(function (layer) {
      return layer.data.shapes;
    }).map(function (layer) {
      var group = window.L.featureGroup();
      layer.data.shapes.forEach(function (shape, at) {
        var drawn = window.L.geoJSON(shape, { style: { className: "overlay-area tint-" + (layer.tint + 1), weight: 1.6 } });
        drawn.on("click", function (event) {
          window.L.DomEvent.stop(event);
          maps.open(map, layer.offer.id, layer.data.id[at]);
        });
        drawn.bindTooltip(maps.element("div", "point-tip", (layer.data.name || [])[at] || layer.data.id[at]), { sticky: true, className: "point-label" });
        group.addLayer(drawn);
      });
      return group.addTo(map);
    });
  }

  function cells(map, layer, pen, ink, size) {
    var data = layer.data;
    var scale = 256 * Math.pow(2, map.getZoom());
    var from = map.getPixelBounds().min;
    pen.globalAlpha = 0.82;
    for (var i = 0; i < data.id.length; i += 1) {
      var half = (Math.sqrt(data.area_ha[i]) * HECTARE_DEGREES) / LON_SCALE / 2 / 360 * scale;
      var x = data.x[i] * scale - from.x;
      var y = data.y[i] * scale - from.y;
      if (x > -half && y > -half && x < size.x + half && y < size.y + half) {
        pen.fillStyle = ink.places[data.place[i]];
        pen.fillRect(x - half, y - half, half * 2, half * 2);
        map.cockpitHits.push({ layer: layer, at: i, x: x, y: y, reach: Math.max(half, 3) });
      }
    }
    pen.globalAlpha = 1;
  }

  function objects(map, layer, pen, ink, size, bubbles) {
    var data = layer.data;
    var range = maps.range();
    var scale = 256 * Math.pow(2, map.getZoom());
    var from = map.getPixelBounds().min;
    var seen = [];
    for (var i = 0; i < data.id.length; i += 1) {
      var x = data.x[i] * scale;
      var y = data.y[i] * scale;
      if (x > from.x - 40 && y > from.y - 40 && x < from.x + size.x + 40 && y < from.y + size.y + 40 && isThen(data, i, range)) {
        seen.push(i);
      }
    }
    var alone = seen;
    if (seen.length > FEW && map.getZoom() < ALONE_FROM) {
      var groups = new Map();
      seen.forEach(function (index) {
        var key = Math.floor((data.x[index] * scale) / CLUSTER_PX) * 1e7 + Math.floor((data.y[index] * scale) / CLUSTER_PX);
        var group = groups.get(key);
        if (!group) {
          groups.set(key, (group = { members: [], x: 0, y: 0, urgent: 0 }));
        }
        group.members.push(index);
        group.x += data.x[index];
        group.y += data.y[index];
        group.urgent += data.state[index] === 1 ? 1 : 0;
      });
      alone = [];
      groups.forEach(function (group) {
        if (group.members.length < 5) {
          alone = alone.concat(group.members);
        } else {
          bubbles.push(function () {
            bubble(map, layer, group, pen, ink, scale, from);
          });
        }
      });
    }
    alone.sort(function (one, other) {
      return (data.state[one] === 1 ? 1 : 0) - (data.state[other] === 1 ? 1 : 0);
    });
    alone.forEach(function (index) {
      single(map, layer, index, pen, ink, data.x[index] * scale - from.x, data.y[index] * scale - from.y);
    });
  }

  function single(map, layer, index, pen, ink, x, y) {
    var state = layer.data.state[index];
    var tint = ink.tints[layer.tint];
    pen.beginPath();
    pen.arc(x, y, RADIUS[state], 0, 2 * Math.PI);
    pen.globalAlpha = state === 2 ? 0.6 : 1;
    pen.fillStyle = state === 2 ? ink.panel : tint;
    pen.fill();
    pen.lineWidth = 1.4;
    pen.strokeStyle = state === 2 ? tint : ink.edge;
    pen.stroke();
    if (state === 1) {
      pen.beginPath();
      pen.arc(x, y, RADIUS[1] + 3, 0, 2 * Math.PI);
      pen.strokeStyle = ink.text;
      pen.lineWidth = 1.2;
      pen.stroke();
    }
    pen.globalAlpha = 1;
    map.cockpitHits.push({ layer: layer, at: index, x: x, y: y, reach: REACH_PX });
  }

  function bubble(map, layer, group, pen, ink, scale, from) {
    var count = group.members.length;
    var x = (group.x / count) * scale - from.x;
    var y = (group.y / count) * scale - from.y;
    var radius = 9 + 3.2 * Math.log10(count);
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fillStyle = ink.panel;
    pen.globalAlpha = 0.94;
    pen.fill();
    pen.globalAlpha = 1;
    pen.lineWidth = 2;
    pen.strokeStyle = ink.tints[layer.tint];
    pen.stroke();
    if (group.urgent) {
      pen.beginPath(); // the share that calls for attention, as a part of the ring
      pen.arc(x, y, radius + 3, -Math.PI / 2, -Math.PI / 2 + (2 * Math.PI * group.urgent) / count);
      pen.strokeStyle = ink.text;
      pen.lineWidth = 2;
      pen.stroke();
    }
    pen.fillStyle = ink.text;
    pen.font = "600 11px " + ink.font;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(count < 10000 ? String(count) : (count / 10000).toFixed(1) + "万", x, y + 0.5);
    map.cockpitHits.push({ layer: layer, group: group, x: x, y: y, reach: radius });
  }

  function nearest(map, at) {
    var best = null;
    var least = Infinity;
    (map.cockpitHits || []).forEach(function (hit) {
      var far = Math.hypot(hit.x - at.x, hit.y - at.y);
      var isIn = far <= hit.reach;
      if (isIn && far - (hit.layer.data.place ? 0 : 1000) < least) {
        least = far - (hit.layer.data.place ? 0 : 1000);
        best = hit;
      }
    });
    return best;
  }

  /* A click on an object opens its card, on a bubble goes nearer; false when nothing is there, or only a cell. */
  maps.pick = function (map, at) {
    var hit = nearest(map, at);
    if (!hit || hit.layer.data.place) {
      return false;
    }
    if (hit.group) {
      var mean = hit.group.members[0];
      var data = hit.layer.data;
      var lat = data.origin[1] + data.lat[mean] * data.unit;
      var lon = data.origin[0] + data.lon[mean] * data.unit;
      map.setView([lat, lon], Math.min(map.getZoom() + 2, map.getMaxZoom()), { animate: false });
    } else {
      maps.open(map, hit.layer.offer.id, hit.layer.data.id[hit.at]);
    }
    return true;
  };

  function point(map, at) {
    var hit = nearest(map, at);
    map.getContainer().style.cursor = hit && !hit.layer.data.place ? "pointer" : "";
    var tip = map.cockpitTip;
    if (!hit || hit.group) {
      if (tip) {
        tip.remove();
        map.cockpitTip = null;
      }
      return;
    }
    var data = hit.layer.data;
    var box = maps.element("div", "point-tip");
    if (data.place) {
      box.appendChild(maps.element("b", "", String(data.amount[hit.at])));
      box.appendChild(maps.element("span", "", data.id[hit.at]));
    } else {
      box.appendChild(maps.element("b", "", (data.name || [])[hit.at] || data.id[hit.at]));
      box.appendChild(maps.element("span", "", [data.kinds[data.kind[hit.at]], data.start ? STATES[data.state[hit.at]] : ""].filter(Boolean).join("，")));
    }
    map.cockpitTip = tip || window.L.tooltip({ direction: "top", offset: [0, -8], className: "point-label" });
    map.cockpitTip.setLatLng(map.containerPointToLatLng([hit.x, hit.y])).setContent(box);
    if (!tip) {
      map.cockpitTip.addTo(map);
    }
  }

  /* The objects as a list, for who has no pointer: what calls for attention first. Made when it is opened. */
  function listed(map) {
    var box = maps.element("details", "map-list");
    box.appendChild(maps.element("summary", "", "列出对象"));
    box.addEventListener("toggle", function () {
      if (!box.open || box.querySelector("ul")) {
        return;
      }
      var range = maps.range();
      var found = [];
      map.cockpitLayers.forEach(function (layer) {
        for (var i = 0; i < layer.data.id.length && !layer.data.place; i += 1) {
          if (isThen(layer.data, i, range)) {
            found.push({ layer: layer, at: i, state: layer.data.state ? layer.data.state[i] : 0 });
          }
        }
      });
      found.sort(function (one, other) {
        return (other.state === 1 ? 1 : 0) - (one.state === 1 ? 1 : 0);
      });
      var list = maps.element("ul", "");
      found.slice(0, LISTED).forEach(function (each) {
        var data = each.layer.data;
        var button = maps.element("button", "quiet", ((data.name || [])[each.at] || data.id[each.at]) + (data.start ? "，" + STATES[each.state] : ""));
        button.addEventListener("click", function () {
          maps.open(map, each.layer.offer.id, data.id[each.at]);
        });
        var line = maps.element("li", "");
        line.appendChild(button);
        list.appendChild(line);
      });
      if (found.length > LISTED) {
        list.appendChild(maps.element("li", "", "共 " + found.length.toLocaleString("zh-CN") + " 个，列前 " + LISTED + " 个；下钻后再列"));
      }
      box.appendChild(list);
    });
    return box;
  }

  /* What the panel says: how many there are, now or at the slider's day, and how many have no place. */
  maps.count = function (map, box) {
    var range = maps.range();
    var key = box.querySelector(".map-key");
    var hasObjects = false;
    key.textContent = "";
    box.querySelectorAll(".layer-switch .mark").forEach(function (mark) {
      mark.parentNode.querySelector("b").textContent = "";
    });
    (map.cockpitLayers || []).forEach(function (layer) {
      var data = layer.data;
      var states = [0, 0, 0];
      for (var i = 0; i < data.id.length; i += 1) {
        if (isThen(data, i, range)) {
          states[data.state ? data.state[i] : 0] += 1;
        }
      }
      var total = states[0] + states[1] + states[2];
      var button = box.querySelector('[data-layer="' + layer.offer.id + '"]');
      button.querySelector("b").textContent = total.toLocaleString("zh-CN");
      button.title = data.unplaced ? "另有 " + data.unplaced + " 个没有坐标" : "";
      if (data.classes) {
        data.classes.forEach(function (each) {
          var line = maps.element("div", "key-line");
          line.appendChild(maps.element("i", "swatch map-" + each.place));
          line.appendChild(maps.element("span", "", each.least === each.most ? String(each.least) : each.least + "–" + each.most));
          line.appendChild(maps.element("b", "", each.count + " 格"));
          key.appendChild(line);
        });
      } else if (data.start) {
        var said = STATES.map(function (name, at) {
          return states[at] ? name + " " + states[at].toLocaleString("zh-CN") : "";
        }).filter(Boolean);
        if (said.length) {
          var shown = data.total > data.id.length + data.unplaced ? "（共 " + data.total.toLocaleString("zh-CN") + " 件，画需关注的和最近的 " + data.id.length.toLocaleString("zh-CN") + " 件）" : "";
          key.appendChild(maps.element("div", "key-line", layer.offer.title + shown + "：" + said.join(" · ")));
        }
      }
      hasObjects = hasObjects || (total > 0 && !data.place);
    });
    if (hasObjects) {
      key.appendChild(listed(map));
    }
  };

  /* The layers that are on, loaded and drawn; one that cannot be had says so and leaves the others alone. */
  maps.refresh = function (map, box) {
    var offers = JSON.parse(box.dataset.layers || "[]");
    var wanted = maps.chosen(offers);
    var ticket = (map.cockpitTicket = {});
    offers.forEach(function (offer) {
      var button = box.querySelector('[data-layer="' + offer.id + '"]');
      if (button) {
        button.setAttribute("aria-pressed", String(wanted.indexOf(offer) >= 0));
        button.classList.remove("is-failed");
      }
    });
    box.setAttribute("data-loading", "");
    Promise.all(
      wanted.map(function (offer) {
        return load(offer.url + offer.query).then(
          function (data) {
            return { offer: offer, data: data, tint: offers.indexOf(offer) % 6 };
          },
          function () {
            var button = box.querySelector('[data-layer="' + offer.id + '"]');
            loaded.delete(offer.url + offer.query);
            if (button) {
              button.classList.add("is-failed");
              button.title = "这个图层没有取到：稍后再点一次，仍不行请联系运维";
            }
            return null;
          }
        );
      })
    ).then(function (found) {
      if (map.cockpitTicket !== ticket || !box.isConnected) {
        return;
      }
      map.cockpitLayers = found.filter(Boolean);
      box.classList.toggle("has-heat", map.cockpitLayers.some(function (layer) {
        return layer.data.place && layer.data.id.length;
      }));
      overlay(map);
      maps.time(map, box);
      maps.count(map, box);
      paint(map);
      maps.settleSoon(map); // labels make room for the bubbles
      box.removeAttribute("data-loading");
      maps.reopen(map, box);
    });
  };

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-layer]") : null;
    if (!button) {
      return;
    }
    var box = button.closest(".drill-map");
    var container = box.querySelector(".leaflet-container");
    var isShown = button.getAttribute("aria-pressed") === "true";
    if (!button.querySelector(".mark")) { // a layer that came with the page
      button.setAttribute("aria-pressed", String(!isShown));
      box.classList.toggle("without-" + button.dataset.layer, isShown);
      return;
    }
    var offers = JSON.parse(box.dataset.layers);
    var ids = maps.chosen(offers).map(function (each) {
      return each.id;
    });
    ids = isShown ? ids.filter(function (id) { return id !== button.dataset.layer; }) : ids.concat([button.dataset.layer]);
    maps.keep({ layers: ids.join(",") });
    maps.refresh(container.cockpitMap, box);
  });

  new MutationObserver(function () {
    document.querySelectorAll(".leaflet-container").forEach(function (each) {
      if (each.cockpitMap) {
        maps.draw(each.cockpitMap); // the other theme has other inks
      }
    });
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
})();
