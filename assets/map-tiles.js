/* An optional ground under the areas: tiles of one source that a setting names. GCJ-02 tiles are drawn shifted back. */
(function () {
  "use strict";
  var cockpit = window.cockpit;
  var maps = (cockpit.map = cockpit.map || {});

  /* Leaflet asks for the tiles, and places them, by the map's centre: both get the centre in the tiles' own system. */
  function shifted(shift) {
    var Tiles = window.L.TileLayer.extend({
      _moved: function (centre) {
        var at = window.L.latLng(centre);
        return window.L.latLng(at.lat + shift[1], at.lng + shift[0]);
      },
      _getTiledPixelBounds: function (centre) {
        return window.L.TileLayer.prototype._getTiledPixelBounds.call(this, this._moved(centre));
      },
      _setZoomTransform: function (level, centre, zoom) {
        window.L.TileLayer.prototype._setZoomTransform.call(this, level, this._moved(centre), zoom);
      }
    });
    return Tiles;
  }

  maps.tiles = function (map, box) {
    if (map.cockpitTiles || !box.dataset.tiles) {
      return;
    }
    var given = JSON.parse(box.dataset.tiles);
    var Tiles = shifted(given.shift);
    box.classList.add("has-tiles");
    map.cockpitTiles = new Tiles(given.url, { maxZoom: 18, maxNativeZoom: given.deepest });
    map.cockpitTiles.addTo(map);
  };

  new MutationObserver(function () {
    if (document.body.hasAttribute("data-ready") && cockpit.markCharts) {
      cockpit.markCharts(); // charts may be drawn after the map
    }
  }).observe(document.body, { attributes: true, attributeFilter: ["data-ready"] });
})();
