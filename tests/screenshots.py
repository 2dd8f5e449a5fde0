"""Takes pictures of the preview of a roster: ``python -m tests.screenshots PACK ROSTER FOLDER [--lang da]``.

The week, the fullest day of a carer and the week of the citizen with the most visits, as a browser shows them.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from delivery_app.preview import create_app
from delivery_app.templating import carer_url, citizen_url
from scheduler.pack import read_pack, read_roster
from scheduler.roster import Roster
from tests.browser import fresh_page, running_browser
from tests.serving import serving

WIDTH, HEIGHT = 1280, 900


def pages(roster: Roster) -> dict[str, str]:
    """File name by picture: the address of each page."""
    days = Counter((visit.carers[0], visit.day) for visit in roster.visits)
    (carer_id, day), _ = days.most_common(1)[0]
    citizen_id, _ = Counter(visit.citizen_id for visit in roster.visits).most_common(1)[0]
    monday = roster.first_monday
    return {
        "week": "/",
        "carer-day": carer_url(carer_id, monday.fromordinal(monday.toordinal() + day)),
        "citizen-week": citizen_url(citizen_id),
    }


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path)
    parser.add_argument("roster", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lang", choices=["da", "en"], default="da")
    asked = parser.parse_args()
    problem = read_pack(asked.pack)
    roster = read_roster(asked.roster, problem)
    asked.folder.mkdir(parents=True, exist_ok=True)
    with serving(create_app(problem, roster)) as address, running_browser() as browser:
        for name, path in pages(roster).items():
            with fresh_page(browser) as page:
                page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
                page.goto(f"{address}/?lang={asked.lang}")
                page.goto(address + path)
                page.wait_for_function("() => document.fonts.status === 'loaded'")
                page.screenshot(path=asked.folder / f"{name}.png")


if __name__ == "__main__":
    main()
