// Who will be too late where, seen or foreseen. The same rule as delivery_app/services/risk/lateness.py, for a tablet
// without network; moments are milliseconds.

const AHEAD = ["planned", "on_the_way"], MINUTE = 60000;
const way = (stop) => stop.travel_min * MINUTE, length = (stop) => stop.end - stop.start;
const whole = (first, second) => Math.trunc((second - first) / MINUTE);
const has = (moment) => moment !== null && moment !== undefined;

/** [{name, minutes, direction, seen, told}] in the order in which the visits are reached. */
export function foresee(stops, now, limit, early) {
  let free = freeAt(stops, now);
  const found = [];
  const order = [...stops].sort((one, other) => one.start - other.start || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
  for (const stop of order) {
    if (!stop.name) {
      if (stop.end > now) free = (free === null ? stop.start : Math.max(stop.start, free + way(stop))) + length(stop);
      continue;
    }
    if (!AHEAD.includes(stop.status) || has(stop.started_at) || has(stop.ended_at)) continue;
    const at = arrival(stop, free, now), late = whole(stop.start, at);
    if (late > limit) found.push({ name: stop.name, minutes: late, direction: "late", seen: whole(stop.start, now) > limit, told: has(stop.told_min) && late <= stop.told_min + limit });
    else if (early && -late > limit) found.push({ name: stop.name, minutes: -late, direction: "early", seen: false, told: has(stop.told_min) });
    free = Math.max(at, stop.start) + length(stop);
  }
  return found;
}

function freeAt(stops, now) {
  const ends = stops.filter((one) => one.name && has(one.started_at)).map((one) => (has(one.ended_at) ? one.ended_at : Math.max(now, one.started_at + length(one))));
  return ends.length ? Math.max(...ends) : null;
}

function arrival(stop, free, now) {
  if (has(stop.on_the_way_at)) return Math.max(now, stop.on_the_way_at + way(stop));
  return Math.max(now, free === null ? stop.start : Math.max(stop.start, free + way(stop)));
}
