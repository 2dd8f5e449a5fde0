"""``naerplan fit``: where new visits can go in a roster, ranked; and taking the places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from delivery_app.cli.errors import BROKEN
from delivery_app.cli.inputs import (
    PackArgument,
    RosterArgument,
    TravelOption,
    TravelUrlOption,
    check_new_pack,
    check_out_file,
    read_own_roster,
    read_problem,
    travel_of_roster,
)
from delivery_app.cli.json_files import JsonOption, check_json_file, write_json
from delivery_app.cli.output import CliError, Speaker, speaker_of
from delivery_app.i18n import N_, number, short_date
from delivery_app.texts import FACES, SERVICES, UNPLACED, say
from scheduler.clock import format_clock

if TYPE_CHECKING:
    from scheduler.desk import Moved, Place
    from scheduler.fit import Combination, Fit, NeedFit, PackageWeekThen, RankedPlace, Taken, VisitOffer

#: How many places of each single visit are shown where a need has several.
OF_SEVERAL = 3
#: How many moved visits of others are named beside a place.
MOVED_NAMED = 3


def fit(
    ctx: typer.Context,
    pack: PackArgument,
    roster_file: RosterArgument,
    need: Annotated[
        Path,
        typer.Option(
            "--need",
            readable=False,
            metavar=N_("FILE"),
            help=N_("The new needs, a CSV file with the columns of needs.csv."),
        ),
    ],
    citizens: Annotated[
        Path | None,
        typer.Option(
            "--citizens",
            readable=False,
            metavar=N_("FILE"),
            show_default=False,
            help=N_("New citizens they belong to, with the columns of citizens.csv."),
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option("--limit", min=1, max=100, metavar=N_("N"), help=N_("The most places shown of each.")),
    ] = 10,
    chosen: Annotated[
        list[str] | None,
        typer.Option(
            "--take",
            metavar=N_("RANK"),
            show_default=False,
            help=N_("Take this rank: 1, or x1=2 for the need x1; may be given several times. Needs --out."),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            readable=False,
            metavar=N_("FILE"),
            show_default=False,
            help=N_("Where the roster with the places taken is written, as JSON."),
        ),
    ] = None,
    pack_out: Annotated[
        Path | None,
        typer.Option(
            "--pack-out",
            readable=False,
            metavar=N_("FOLDER"),
            show_default=False,
            help=N_("Where the pack with the new needs in it is written: a new folder, or an .xlsx."),
        ),
    ] = None,
    json_file: JsonOption = None,
    travel: TravelOption = "crow_flies",
    travel_url: TravelUrlOption = None,
) -> None:
    speaker = speaker_of(ctx)
    ranks = _ranks(chosen or [])
    if (out is None) != (ranks is None):
        raise CliError(N_("--take and --out belong together: give both, or neither"))
    if pack_out is not None and out is None:
        raise CliError(N_("--pack-out goes with --take and --out; give these too, or leave it out"))
    if out is not None:
        check_out_file(out)
    if pack_out is not None:
        check_new_pack(pack_out, "--pack-out")
    check_json_file(json_file)
    from scheduler.fit import fit as fitted
    from scheduler.fit.document import fit_document
    from scheduler.pack.additions import read_additions

    problem = read_problem(pack, speaker)
    roster = read_own_roster(roster_file, problem)
    additions = read_additions(problem, need, citizens)
    table = travel_of_roster(additions.joined_to(problem), roster, travel, travel_url, speaker)
    found = fitted(problem, roster, additions, limit=limit, travel=table, easing=True)
    shown = _Shown(found, speaker)
    taken = None if ranks is None or out is None else _taken(found, ranks)
    if json_file is not None:
        write_json(fit_document(found), json_file)
    if taken is None or out is None:
        shown.everything()
        return
    raise typer.Exit(_hand_over(found, taken, out, pack_out, need, shown))


def _ranks(words: Sequence[str]) -> dict[str, int] | None:
    """Need id -> rank, ``""`` standing for every need that is not named; None when nothing is to be taken."""
    found: dict[str, int] = {}
    for word in words:
        need_id, _, rank = word.rpartition("=")
        if not rank.isdecimal() or int(rank) < 1 or (not need_id and "=" in word):
            raise CliError(
                N_(
                    "--take: '{value}' is not a rank; write 1 for the best, or x1=2 for the second of need x1"
                ),
                value=word,
            )
        if need_id in found:
            raise CliError(N_("--take: '{value}' says again what was said; keep one of them"), value=word)
        found[need_id] = int(rank)
    return found or None


def _taken(found: Fit, ranks: dict[str, int]) -> Taken:
    from scheduler.fit import take

    named = {need_id: rank for need_id, rank in ranks.items() if need_id}
    if "" in ranks:
        for row in found.needs:
            # A need without any place cannot be taken, whatever the rank.
            if row.combinations:
                named.setdefault(row.need.need_id, ranks[""])
    return take(found, named)


def _hand_over(
    found: Fit, taken: Taken, out: Path, pack_out: Path | None, need_file: Path, shown: _Shown
) -> int:
    """Write the roster (and the pack), say what was taken and what it breaks; the exit code."""
    from delivery_app.cli.figures import show_violations
    from scheduler.evaluate import evaluate
    from scheduler.pack import write_pack, write_roster

    speaker = shown.speaker
    result = evaluate(found.problem, taken.roster, found.travel)
    if pack_out is not None:
        write_pack(found.problem, pack_out)
    write_roster(taken.roster, out, found.problem)
    shown.taken(taken)
    if result.hard:
        show_violations(result, speaker)
    speaker.say(N_("The roster is written to {path}"), path=out)
    if pack_out is not None:
        speaker.say(N_("The pack with the new needs is written to {path}"), path=pack_out)
    else:
        speaker.note(
            N_(
                "Add the lines of {file} to the pack's needs.csv, so that the pack knows what the roster places; "
                "--pack-out does it"
            ),
            file=need_file,
        )
    return BROKEN if result.hard else 0


class _Shown:
    """Ranked places on the terminal."""

    def __init__(self, found: Fit, speaker: Speaker) -> None:
        self.found, self.speaker = found, speaker

    def everything(self) -> None:
        """Every need with its places, then what the packages say."""
        for row in self.found.needs:
            self._need(row)
        self._packages(self.found.packages)

    def _need(self, row: NeedFit) -> None:
        speaker, need = self.speaker, row.need
        citizen = self.found.problem.citizen_by_id[need.citizen_id]
        service = say(SERVICES, need.service, speaker._)
        speaker.heading(
            f"{need.need_id} · {citizen.name} ({citizen.citizen_id}) · {service}, {need.minutes} min."
        )
        several = sum(offer.count for offer in row.visits) > 1
        if several and row.combinations:
            speaker.say(N_("All {count} visits together:"), count=sum(offer.count for offer in row.visits))
            self._combinations(row.combinations)
        if several:
            speaker.say(N_("Each visit by itself:"))
        most = OF_SEVERAL if several and need.days is not None else None
        self._offers(row.visits, most, ranked=not several)

    def _combinations(self, rows: Sequence[Combination]) -> None:
        headings = [
            N_("Rank"),
            N_("Who and when"),
            N_("New faces"),
            N_("Travel"),
            N_("Others moved"),
            N_("Cost"),
        ]
        words = [self.speaker._(one) for one in headings]
        table = self.speaker.table((words[0], "right"), words[1], *((word, "right") for word in words[2:]))
        for rank, row in enumerate(rows, start=1):
            table.add_row(
                str(rank),
                self._who_and_when(row),
                str(row.new_faces),
                _plus(row.travel_min),
                str(row.moved),
                number(row.cost, self.speaker.lang),
            )
        self.speaker.out.print(table)

    def _who_and_when(self, row: Combination) -> str:
        """Each carer (or pair) with their visits; then how many visits have no place."""
        visits: dict[tuple[str, ...], list[str]] = {}
        for one in row.places:
            place = one.place
            when = f"{self._date(place.day)} {self._clock(place.start_min, place.day)}"
            visits.setdefault(tuple(sorted(place.carers)), []).append(when)
        lines = [f"{self._names(carers)}: {', '.join(times)}" for carers, times in visits.items()]
        if row.missing:
            lines.append(self.speaker._(N_("{count} without a place")).format(count=row.missing))
        return "\n".join(lines)

    def _offers(self, offers: Sequence[VisitOffer], most: int | None, *, ranked: bool) -> None:
        """The places of single visits; then the visits that have none, and why."""
        speaker = self.speaker
        headings = [N_("When"), N_("Who"), N_("Travel"), N_("Others moved"), N_("Cost")]
        words = [speaker._(one) for one in headings]
        first = [(speaker._(N_("Rank")), "right")] if ranked else []
        table = speaker.table(*first, words[0], words[1], (words[2], "right"), words[3], (words[4], "right"))
        for offer in offers:
            for rank, row in enumerate(offer.places[:most], start=1):
                table.add_row(*([str(rank)] if ranked else []), *self._cells(row))
        if table.row_count:
            speaker.out.print(table)
        for offer in offers:
            if not offer.places:
                when = self._week(offer) if len(offer.days) != 1 else self._date(offer.days[0])
                why = say(UNPLACED, offer.rule or "capacity", speaker._)
                speaker.say(N_("{when}: nowhere; {why}"), when=when, why=why)
                self._help(offer)

    def _help(self, offer: VisitOffer) -> None:
        """What would give a visit without a place one."""
        speaker = self.speaker
        if offer.other_days:
            speaker.say(N_("On another day:"))
            words = [
                speaker._(one)
                for one in (N_("When"), N_("Who"), N_("Travel"), N_("Others moved"), N_("Cost"))
            ]
            table = speaker.table(words[0], words[1], (words[2], "right"), words[3], (words[4], "right"))
            for row in offer.other_days:
                table.add_row(*self._cells(row))
            speaker.out.print(table)
        if offer.eased:
            from delivery_app.cli.explained import show_eased

            speaker.say(N_("What would give it a place:"))
            show_eased(self.found.problem, offer.eased, speaker)
        else:
            speaker.say(N_("No single change of those tried would give it a place on that day."))

    def _cells(self, row: RankedPlace) -> list[str]:
        """When, who, travel, who is moved, and the cost."""
        place = row.place
        return [
            self._when(place),
            self._people(row),
            _plus(place.travel_min),
            self._moved(place.moved),
            number(place.cost, self.speaker.lang),
        ]

    def taken(self, taken: Taken) -> None:
        """What was taken, what came otherwise than ranked, and what had to be given up."""
        speaker = self.speaker
        for place in taken.places:
            speaker.say(
                N_("{need}: {when}, {names}"),
                need=place.need_id,
                when=self._when(place),
                names=self._names(place.carers),
            )
            if place.moved:
                speaker.say(N_("  moved: {visits}"), visits=self._moved(place.moved, len(place.moved)))
        lines = [
            speaker._(N_("{need}, {when}: not as ranked, because of what was taken before it")).format(
                need=place.need_id, when=self._date(place.day)
            )
            for place in taken.other
        ]
        lines += [
            speaker._(N_("{need}, {when}: no place is left after what was taken before it")).format(
                need=need_id, when=self._date(day)
            )
            for need_id, day in taken.missing
        ]
        new = {row.need.need_id for row in self.found.needs}
        left_out = Counter(row.need_id for row in taken.roster.unplaced if row.need_id in new)
        template = speaker._(N_("{need}: {count} of its visits have no place and stay unplaced"))
        lines += [template.format(need=need_id, count=count) for need_id, count in left_out.items()]
        speaker.warn(lines)
        self._packages(taken.packages)

    def _packages(self, rows: Iterable[PackageWeekThen]) -> None:
        speaker = self.speaker
        above = []
        for row in rows:
            values = {
                "citizen": row.citizen_id,
                "week": self.found.problem.calendar.week_name(row.week),
                "now": row.now_min,
                "then": row.then_min,
                "least": row.least_min,
                "most": row.most_min,
                "above": row.above_min,
                "cut": row.cut_min,
            }
            if row.most_min is None:
                speaker.say(N_("{citizen}, {week}: {now} → {then} counted minutes"), **values)
            else:
                template = N_(
                    "{citizen}, {week}: {now} → {then} counted minutes; the package: {least}–{most}"
                )
                speaker.say(template, **values)
            if row.above_min:
                template = N_("{citizen}, {week}: {above} minutes above the package")
                above.append(speaker._(template).format(**values))
            elif row.cut_min:
                template = N_("{citizen}, {week}: within the package only when {cut} minutes are cut")
                above.append(speaker._(template).format(**values))
        speaker.warn(above)

    def _people(self, row: RankedPlace) -> str:
        return ", ".join(
            f"{self._names([face.carer_id])}: {say(FACES, face.kind, self.speaker._)}" for face in row.faces
        )

    def _moved(self, moved: Sequence[Moved], most: int = MOVED_NAMED) -> str:
        words = [
            f"{one.need_id} {format_clock(one.from_min - one.day * 1440)} → {format_clock(one.to_min - one.day * 1440)}"
            for one in moved[:most]
        ]
        if len(moved) > most:
            words.append(self.speaker._(N_("… and {count} more")).format(count=len(moved) - most))
        return ", ".join(words)

    def _when(self, place: Place) -> str:
        times = f"{self._clock(place.start_min, place.day)}–{self._clock(place.end_min, place.day)}"
        return f"{self._date(place.day)} {times}"

    def _clock(self, minute: int, day: int) -> str:
        return format_clock(minute - day * 1440)

    def _date(self, day: int) -> str:
        return short_date(self.found.problem.calendar.date(day), self.speaker.lang)

    def _week(self, offer: VisitOffer) -> str:
        template = self.speaker._(N_("any day, {week}"))
        return template.format(week=self.found.problem.calendar.week_name(offer.week))

    def _names(self, carers: Iterable[str]) -> str:
        return ", ".join(f"{self.found.problem.carer_by_id[one].name} ({one})" for one in carers)


def _plus(minutes: int) -> str:
    return f"+{minutes}" if minutes > 0 else str(minutes).replace("-", "−")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fit", help=FIT_HELP)(fit)


FIT_HELP = N_(
    "Find places for new visits in a roster that otherwise stays.\n\n"
    "For each due visit the places, best first: who, when, whether the citizen knows the carer, extra travel, whose "
    "visits shift and from when to when, and the cost in minutes of the objective. For needs of several visits also "
    "the best ways to place them all together. Where there is no place at all: the smallest changes that would give one, "
    "and other days of the week, each judged. --take writes the roster with a ranked place taken. Ends with 0, with "
    "1 when the roster then breaks a hard rule, with 2 when something given is wrong (then nothing is written)."
)
