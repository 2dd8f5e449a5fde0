"""The examples on the help pages: what each does, and what to type. Every one of them is parsed by a test."""

from __future__ import annotations

from collections.abc import Mapping

from delivery_app.i18n import N_

EXAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "": (
        (N_("See it work on a sample team"), "naerplan demo"),
        (N_("Plan a team's week"), "naerplan plan fixtures/albertslund --out roster.json"),
        (N_("Help for one command, in English"), "naerplan plan --help --lang en"),
    ),
    "plan": (
        (N_("Plan for a minute"), "naerplan plan fixtures/albertslund --out roster.json"),
        (
            N_("Plan so that the same words give the same roster"),
            "naerplan plan fixtures/tiny --out roster.json --iterations 20000 --seed 7",
        ),
        (
            N_("Fewer different carers, at the price of more travel"),
            "naerplan plan fixtures/albertslund --out roster.json --preset continuity",
        ),
        (
            N_("Travel times from a road map of your own"),
            "naerplan plan fixtures/albertslund --out roster.json --travel osrm \\\n"
            "    --travel-url http://localhost:5000",
        ),
    ),
    "check": ((N_("Judge a roster"), "naerplan check fixtures/albertslund roster.json"),),
    "show": (
        (N_("The figures, and what has no place"), "naerplan show fixtures/albertslund roster.json"),
        (N_("A carer's days"), "naerplan show fixtures/albertslund roster.json --carer k01"),
        (N_("Who comes to a citizen"), "naerplan show fixtures/albertslund roster.json --citizen c01"),
        (
            N_("Hours, weekends, evenings and wishes, carer by carer"),
            "naerplan show fixtures/albertslund roster.json --fairness",
        ),
        (
            N_("Who takes open shifts, and why some stay open"),
            "naerplan show fixtures/albertslund roster.json --open-shifts",
        ),
    ),
    "replan": (
        (
            N_("A carer calls in sick"),
            "naerplan replan fixtures/albertslund roster.json --now 2026-12-01T06:10 --sick k04 \\\n"
            "    --out new.json",
        ),
        (
            N_("Several things at once, only shown"),
            "naerplan replan fixtures/albertslund roster.json --now 2026-12-01T09:30 --late k02+25 \\\n"
            "    --admit c07 --sick k04:2026-12-03",
        ),
    ),
    "simulate": (
        (N_("Who is likely to be late"), "naerplan simulate fixtures/albertslund roster.json"),
        (
            N_("With figures of one's own, and all of it as JSON"),
            "naerplan simulate fixtures/albertslund roster.json --runs 5000 \\\n"
            "    --distributions ours.toml --json simulation.json",
        ),
        (
            N_("Write the punctuality into the roster"),
            "naerplan simulate fixtures/albertslund roster.json --out roster.json",
        ),
    ),
    "compare": (
        (N_("What another roster would change"), "naerplan compare fixtures/albertslund a.json b.json"),
        (
            N_("One citizen's visits, one by one"),
            "naerplan compare fixtures/albertslund a.json b.json --citizen c01",
        ),
    ),
    "fit": (
        (
            N_("Where new visits can go"),
            "naerplan fit fixtures/albertslund roster.json --need new.csv",
        ),
        (
            N_("Take the best place, and write the roster and the pack with it"),
            "naerplan fit fixtures/albertslund roster.json --need new.csv --take 1 \\\n"
            "    --out new.json --pack-out team-new",
        ),
    ),
    "whatif": (
        (N_("What would help most"), "naerplan whatif fixtures/albertslund roster.json"),
        (
            N_("More thorough trials"),
            "naerplan whatif fixtures/albertslund roster.json --iterations 400000",
        ),
    ),
    "explain": (
        (
            N_("Why a visit has no place, and what would give it one"),
            "naerplan explain fixtures/albertslund roster.json --need n125 --date 2026-12-03",
        ),
        (
            N_("Why not this carer, or at what cost"),
            "naerplan explain fixtures/tiny roster.json --need n5 --carer k2",
        ),
        (N_("Visits that nobody can plan together"), "naerplan explain fixtures/albertslund roster.json"),
        (N_("The same of a pack, before anything is planned"), "naerplan explain fixtures/albertslund"),
    ),
    "print": (
        (
            N_("Pages for carers, citizens and the team's wall"),
            "naerplan print fixtures/albertslund roster.json --out prints",
        ),
    ),
    "export": (
        (
            N_("The roster as a spreadsheet"),
            "naerplan export fixtures/albertslund roster.json --out roster.xlsx",
        ),
    ),
    "pack": (
        (N_("Make a team to try things on"), "naerplan pack new team --municipality albertslund"),
        (N_("Look for mistakes"), "naerplan pack check team"),
    ),
    "pack new": (
        (
            N_("A team of 50 citizens and 14 carers"),
            "naerplan pack new team --municipality albertslund --citizens 50 \\\n    --carers 14 --seed 7",
        ),
        (
            N_("Two weeks from a given Monday"),
            "naerplan pack new team --municipality lolland --weeks 2 --week 2026-W49",
        ),
        (
            N_("Four weeks with sixty open shifts, and wishes"),
            "naerplan pack new team --municipality albertslund --citizens 100 \\\n"
            "    --carers 25 --weeks 4 --open-shifts 60",
        ),
    ),
    "pack check": ((N_("All mistakes at once, with file, line and column"), "naerplan pack check team"),),
    "pack convert": (
        (N_("From a folder to one workbook"), "naerplan pack convert team team.xlsx"),
        (N_("From the workbook to a folder"), "naerplan pack convert team.xlsx team-again"),
    ),
    "pack resolve": (
        (N_("Write packages.csv from the municipality's catalogue"), "naerplan pack resolve team"),
    ),
    "catalogue list": ((N_("The catalogues and their packages"), "naerplan catalogue list"),),
    "catalogue check": (
        (N_("Look for mistakes in your own"), "naerplan catalogue check fixtures/catalogues/example.toml"),
    ),
    "db upgrade": ((N_("Bring the database to this version"), "naerplan db upgrade"),),
    "load": ((N_("Write a team into the database"), "naerplan load fixtures/albertslund"),),
    "user add": (
        (
            N_("The first administrator of an installation"),
            "naerplan user add anna --name 'Anna Holm' --administrator --municipality albertslund",
        ),
        (N_("A planner of the only team"), "naerplan user add bo --name 'Bo Lund' --role planner"),
    ),
    "user list": ((N_("Who there is"), "naerplan user list"),),
    "user password": ((N_("A new password"), "naerplan user password anna"),),
    "user disable": ((N_("Somebody leaves"), "naerplan user disable bo"),),
    "user enable": ((N_("Somebody comes back"), "naerplan user enable bo"),),
    "audit verify": (
        (N_("Was the access log touched?"), "naerplan audit verify"),
        (N_("Also against what was noted elsewhere"), "naerplan audit verify --heads heads.txt"),
    ),
    "audit show": (
        (N_("What a user did since a date"), "naerplan audit show --user anna --since 2026-11-01"),
    ),
    "audit report": (
        (
            N_("A citizen's access report as a CSV file"),
            "naerplan audit report 00000000-0000-4000-8000-000000000001 --out report.csv",
        ),
    ),
    "retention": (
        (N_("What has been kept long enough"), "naerplan retention"),
        (N_("Delete it"), "naerplan retention --erase"),
    ),
    "audit erase": ((N_("What is older than a date"), "naerplan audit erase --before 2024-01-01"),),
    "serve": (
        (N_("The installation's app"), "naerplan serve"),
        (N_("Look at a roster in the browser"), "naerplan serve fixtures/albertslund roster.json"),
        (N_("On another port"), "naerplan serve fixtures/albertslund roster.json --port 8010"),
    ),
    "hhcrsp": (
        (
            N_("Solve a public benchmark file"),
            "naerplan hhcrsp InstanzCPLEX_HCSRP_10_1.json --seconds 10 --seed 1 --out solution.json",
        ),
    ),
    "demo": (
        (N_("Plan a sample team's weeks and open the app over them"), "naerplan demo"),
        (N_("Open it again as it was left"), "naerplan demo --keep"),
        (N_("The same without serving"), "naerplan demo --no-serve --seconds 10"),
    ),
}
