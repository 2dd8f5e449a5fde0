// The stops of a round on a map, joined in their order. Without a tile server the dots and lines stand alone.
(() => {
  const box = document.getElementById("map");
  if (!box || !window.L) return;
  const stops = [...box.parentElement.querySelectorAll("li[data-lat]")].map((li) => ({
    at: [Number(li.dataset.lat), Number(li.dataset.lon)],
    number: Number(li.dataset.number),
    text: li.textContent,
  }));
  const map = L.map(box, { keyboard: false, zoomControl: true, attributionControl: Boolean(box.dataset.tiles), scrollWheelZoom: false });
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 19 }).addTo(map);
  const line = [...stops, stops[0]].map((stop) => stop.at);
  L.polyline(line, { color: "#0b5563", weight: 3, opacity: 0.8 }).addTo(map);
  for (const stop of stops) {
    const mark = document.createElement("span");
    mark.className = `nb-map-number${stop.number ? "" : " nb-map-base"}`;
    mark.textContent = stop.number || "⌂";
    L.marker(stop.at, { icon: L.divIcon({ html: mark, className: "", iconSize: [26, 26] }), keyboard: false })
      .bindTooltip(stop.text)
      .addTo(map);
  }
  map.fitBounds(L.latLngBounds(line).pad(0.12));
})();
