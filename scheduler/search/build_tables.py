"""What stands beside items and routes: links, need-weeks, citizens' weeks, the standing roster, history."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from scheduler.clock import DAY_MIN
from scheduler.due import Due
from scheduler.loyalty import Loyalty
from scheduler.problem import Session
from scheduler.roster import PlacedVisit, Roster
from scheduler.search import world as ws
from scheduler.search.build_items import ItemBuilder


class Builder(ItemBuilder):
    """Fills the rest, one method a table."""

    def links(self) -> np.ndarray:
        """Linked visits, each end beside the other."""
        by_need_day: dict[tuple[str, int], list[int]] = defaultdict(list)
        for i, due in enumerate(self.due.visits):
            for day in due.days:
                by_need_day[due.need.need_id, day].append(i)
        ends: dict[int, dict[tuple[int, int, int], tuple]] = defaultdict(dict)
        for n, link in enumerate(self.problem.links):
            gap_max = ws.NONE if link.gap_max is None else link.gap_max
            for day in range(self.problem.calendar.days):
                for i in by_need_day[link.first_need, day]:
                    for j in by_need_day[link.second_need, day]:
                        ends[i][j, 1, n] = (j, 1, link.gap_min, gap_max, int(link.same_carer))
                        ends[j][i, 0, n] = (i, 0, link.gap_min, gap_max, int(link.same_carer))
        rows: list[tuple] = []
        for i in range(len(self.contents)):
            self.items[i]["link0"] = len(rows)
            rows += ends[i].values()
            self.items[i]["link1"] = len(rows)
        return np.array(rows, dtype=np.int32).reshape(-1, ws.LINK_WIDTH)

    def siblings(self) -> np.ndarray:
        """Visits of one "any" need in one week, which fall on different dates."""
        sets: dict[tuple[str, int], list[int]] = defaultdict(list)
        for i, due in enumerate(self.due.visits):
            if due.fixed_day is None:
                sets[due.need.need_id, due.week].append(i)
        rows: list[int] = []
        for members in sets.values():
            for i in members:
                self.items[i]["sib0"], self.items[i]["sib1"] = len(rows), len(rows) + len(members)
            rows += members
        return np.array(rows, dtype=np.int32)

    def parts(self) -> np.ndarray:
        """For each session the citizen-weeks of those who take part."""
        rows: list[int] = []
        for i, row in enumerate(self.contents):
            if isinstance(row, Session):
                self.items[i]["part0"] = len(rows)
                weeks = self.problem.calendar.weeks
                rows += [self.citizen_index[citizen] * weeks + row.day // 7 for citizen in row.citizens]
                self.items[i]["part1"] = len(rows)
                self.items[i]["each"] = row.citizen_minutes()
        return np.array(rows, dtype=np.int32)

    def groups(self) -> tuple[np.ndarray, np.ndarray]:
        """Visits of one need in one week, where there are several: the groups, and their items one after another."""
        sets: dict[tuple[str, int], list[int]] = defaultdict(list)
        for i, due in enumerate(self.due.visits):
            sets[due.need.need_id, due.week].append(i)
        several = [members for members in sets.values() if len(members) > 1]
        table = np.zeros(max(1, len(several)), dtype=ws.GROUP)
        rows: list[int] = []
        for g, members in enumerate(several):
            table[g]["first"], table[g]["count"] = len(rows), len(members)
            rows += members
            self.items["group"][members] = g
        return table, np.array(rows, dtype=np.int32)

    def home_day(self) -> np.ndarray:
        """[citizen × day]: count, then the items that may be with the citizen that day."""
        days = self.problem.calendar.days
        lists: list[list[int]] = [[] for _ in range(len(self.problem.citizens) * days)]
        for i, row in enumerate(self.contents):
            if isinstance(row, Due):
                for day in row.days:
                    lists[self.citizen_index[row.need.citizen_id] * days + day].append(i)
            elif isinstance(row, Session) and 0 <= row.day < days:
                for citizen in row.citizens:
                    lists[self.citizen_index[citizen] * days + row.day].append(i)
        table = np.zeros(
            (max(1, len(lists)), 1 + max((len(row) for row in lists), default=0)), dtype=np.int32
        )
        for index, members in enumerate(lists):
            table[index, 0] = len(members)
            table[index, 1 : 1 + len(members)] = members
        return table

    def citizen_weeks(self) -> tuple[np.ndarray, np.ndarray]:
        """Continuity and package bounds of each citizen in each week, and the packages' averages."""
        problem, weeks = self.problem, self.problem.calendar.weeks
        rows = np.zeros(max(1, len(problem.citizens) * weeks), dtype=ws.CITIZEN_WEEK)
        in_use = {citizen.package_id for citizen in problem.citizens}
        averaged = [
            row for row in problem.packages if row.average_minutes is not None and row.package_id in in_use
        ]
        average_index = {package.package_id: index for index, package in enumerate(averaged)}
        averages = np.zeros(max(1, len(averaged)), dtype=ws.AVERAGE)
        averages["count"] = 1
        binding = problem.rules.package_minutes == "week"
        for citizen in problem.citizens:
            package = problem.package_of(citizen.citizen_id)
            for week in range(weeks):
                row = rows[self.citizen_index[citizen.citizen_id] * weeks + week]
                row["citizen"] = self.citizen_index[citizen.citizen_id]
                row["weight"] = citizen.continuity_weight
                row["cap"] = ws.NONE if citizen.carers_max is None else citizen.carers_max
                row["contact"] = self.carer_index.get(citizen.contact_carer or "", ws.NONE)
                lower_binds = binding and (citizen.citizen_id, week) not in self.due.cancelled
                most = package.most_min()
                row["least"] = package.least_min() if lower_binds else 0
                row["most"] = most if binding and most is not None else ws.NONE
                row["average"] = average_index.get(package.package_id, ws.NONE)
        for package in averaged:
            count = sum(citizen.package_id == package.package_id for citizen in problem.citizens)
            average = averages[average_index[package.package_id]]
            average["target"], average["count"] = package.average_minutes, max(1, count * weeks)
        self._add_unplanned_minutes(rows)
        return rows, averages

    def _add_unplanned_minutes(self, rows: np.ndarray) -> None:
        """The wished minutes of what is unplaced, which is everything at first."""
        weeks = self.problem.calendar.weeks
        for session in self.problem.sessions:
            for citizen in session.citizens:
                row = rows[self.citizen_index[citizen] * weeks + session.day // 7]
                row["unplanned"] += session.citizen_minutes()
        for item in self.items[: len(self.due.visits)]:
            rows[item["cw"]]["unplanned"] += item["mult"] * item["dwish"]
        for i, pin in self.pins.items():
            if pin in self.bent:
                item = self.items[i]
                rows[item["cw"]]["unplanned"] -= item["mult"] * item["dwish"]
                rows[item["cw"]]["planned"] += item["mult"] * item["dur"]

    def seen(self, weeks: np.ndarray) -> np.ndarray:
        """[citizen-week, carer]: visits that are there from the start, and the week's different carers by them."""
        table = np.zeros((len(weeks), len(self.problem.carers)), dtype=np.int32)
        for visit in self.bent:
            if visit.modality != "screen":
                citizen = self.citizen_index[self.problem.need_by_id[visit.need_id].citizen_id]
                for carer in self._needed(visit):
                    if carer in self.carer_index:
                        cw = citizen * self.problem.calendar.weeks + visit.day // 7
                        table[cw, self.carer_index[carer]] += 1
        weeks["distinct"] = (table > 0).sum(axis=1)
        return table

    def standing(self) -> np.ndarray:
        """[need, day, 3]: start clock and carers of the standing roster's visit that a placed visit is compared with."""
        return self._counterparts(self.problem.standing_roster)

    def reference(self, loyalty: Loyalty | None) -> np.ndarray:
        """The same of the roster that is being re-planned."""
        return self._counterparts(None if loyalty is None else loyalty.reference)

    def known(self, loyalty: Loyalty | None, weeks: np.ndarray, seen: np.ndarray) -> np.ndarray:
        """[citizen, carer]: 1 where the citizen knew the carer before a re-planning; counts the others in ``weeks``."""
        if loyalty is None:
            return np.zeros(0, dtype=np.int32)
        table = np.zeros((len(self.problem.citizens), len(self.problem.carers)), dtype=np.int32)
        for citizen_id, carers in loyalty.known.items():
            if citizen_id in self.citizen_index:
                table[
                    self.citizen_index[citizen_id],
                    [self.carer_index[k] for k in carers & self.carer_index.keys()],
                ] = 1
        weeks["fresh"] = ((seen > 0) & (table[weeks["citizen"]] == 0)).sum(axis=1)
        return table

    def _counterparts(self, roster: Roster | None) -> np.ndarray:
        if roster is None:
            return np.zeros(0, dtype=np.int32)
        days = self.problem.calendar.days
        table = np.full((len(self.problem.needs), days, 3), ws.NONE, dtype=np.int32)
        cycle = 7 * roster.weeks
        offset = (self.problem.calendar.first_monday - roster.first_monday).days
        for visit in roster.visits:
            if visit.need_id not in self.need_index:
                continue
            nobody = len(self.carer_index)
            needed = sorted({self.carer_index.get(carer, nobody) for carer in self._needed(visit)})
            if len(needed) != self.problem.need_by_id[visit.need_id].carers:
                needed = [nobody]  # as many as then do not come any more, so the carers differ whoever comes
            for day in range((visit.day - offset) % cycle, days, cycle):
                row = table[self.need_index[visit.need_id], day]
                # Where the roster has a need twice on a day, its first row counts, as for the judge.
                if row[0] == ws.NONE:
                    row[:] = visit.start_min - visit.day * DAY_MIN, needed[0], needed[-1]
        return table

    def _needed(self, visit: PlacedVisit) -> list[str]:
        """A visit's carers without trainees."""
        carers = self.problem.carer_by_id
        return [carer for carer in visit.carers if carer not in carers or not carers[carer].is_trainee]

    def seen14(self) -> np.ndarray:
        """[citizen, carer]: visits of the history that fall in the 14 days ending with the pack."""
        table = np.zeros((max(1, len(self.problem.citizens)), len(self.problem.carers)), dtype=np.int32)
        first = self.problem.calendar.days - 14
        for row in self.problem.history:
            if row.day >= first and row.citizen_id in self.citizen_index and row.carer_id in self.carer_index:
                table[self.citizen_index[row.citizen_id], self.carer_index[row.carer_id]] += row.visits
        return table

    def carers(self) -> np.ndarray:
        """Each carer's share of the team's shift minutes."""
        rows = np.zeros(len(self.problem.carers), dtype=ws.CARER)
        for shift, carer in self.routes:
            rows[self.carer_index[carer.carer_id]]["share"] += shift.minutes
        rows["share"] /= max(1.0, rows["share"].sum())
        return rows
