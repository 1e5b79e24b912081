"""The KPI screen, first form: today's figures of the team and of each manager, reading themselves anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from rules.zonetime import to_local
from salesdesk.desk.desk import Desk
from salesdesk.desk.today import home_zone
from salesdesk.kpi.figures import kpi
from screens.shared.bars import BottomBar, TopBar
from screens.shared.keys import HELP, KPI_KEYS, bindings, hint
from screens.shared.messages import Wanted
from screens.shared.texts import lines, outside
from screens.shared.work import Failed, WorkScreen

REFRESH_SECONDS = 5.0

# Field of the KPI object, its heading, and how wide its column is.
COLUMNS = (
    ("calls", "calls", 7),
    ("reached", "reached", 9),
    ("contact_rate", "contact", 9),
    ("won", "won", 5),
    ("revenue", "revenue", 10),
    ("average_check", "avg check", 11),
    ("overdue", "overdue", 9),
)
_NAME_WIDTH = 14


@dataclass
class FiguresRead(Message):
    """The figures were read: the contract's KPI document."""

    figures: dict[str, Any]
    zone: str


class KpiScreen(WorkScreen):
    """A lead sees the team and every manager; a manager their own figures."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(*KPI_KEYS)
    TITLE = "KPI"
    CSS = """
    #kpi { padding: 1 2; height: 1fr; }
    #kpi Static { height: auto; margin-bottom: 1; }
    #kpi #team { text-style: bold; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._zone = desk.person.zone or "UTC"

    def compose(self) -> ComposeResult:
        """The bars, the team's line and the managers' table."""
        yield TopBar()
        with Vertical(id="kpi"):
            yield Static(id="team")
            yield Static(id="managers")
            yield Static(Content.styled(hint(*KPI_KEYS, HELP), "dim"))
        yield BottomBar()

    def on_mount(self) -> None:
        """Read at once, then every few seconds while the screen is in front."""
        whose = "team" if self.desk.person.role != "manager" else self.desk.person.label
        self.query_one(TopBar).show("who", Content.assemble(("KPI", "bold"), " · ", outside(whose)))
        self.query_one(TopBar).show("figures", Content("today vs same hours yesterday"))
        self.set_interval(1.0, self._tick)
        self.set_interval(REFRESH_SECONDS, self._read_if_seen)

    def on_screen_resume(self) -> None:
        """Whoever comes here sees figures of now."""
        self._read()

    def action_desk(self) -> None:
        """To the desk: back to it, or open it for a lead who began here."""
        self.post_message(Wanted("desk"))

    def action_stuck(self) -> None:
        """Who holds a client for too long; for those who may take one back."""
        if self.desk.person.role == "manager":
            self.query_one(BottomBar).warn(Content("Only a lead or an admin can take clients back."))
            return
        from screens.kpi.stuck import StuckScreen

        self.app.push_screen(StuckScreen(self.desk, self._zone))

    def action_refresh(self) -> None:
        """Read the figures again now."""
        self._read()

    def _tick(self) -> None:
        now = to_local(self.desk.clock.now(), self._zone)
        self.query_one(TopBar).show("own-clock", Content(f"{now:%H:%M:%S}"))

    def _read_if_seen(self) -> None:
        if self.is_current:
            self._read()

    def _read(self) -> None:
        desk = self.desk

        def job() -> Message:
            report = kpi(desk.sitting, since=None, until=None, by="manager")
            return FiguresRead(report.as_json(), home_zone(desk))

        self.start(job, "figures", exclusive=True)

    @on(FiguresRead)
    def _show(self, event: FiguresRead) -> None:
        self._zone = event.zone
        team, before = event.figures["team"], event.figures["previous"]
        self.query_one("#team", Static).update(_team(team, before))
        self.query_one("#managers", Static).update(_table(event.figures["rows"]))
        self._tick()

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self.query_one(BottomBar).warn(outside(f"{event.fault.title} {event.fault.mend}"))


def _team(team: dict[str, Any], before: dict[str, Any]) -> Content:
    """The team's figures, each beside its change from the period before."""
    shown = [
        ("Calls", shown_figure("calls", team["calls"]), _change(team["calls"], before["calls"])),
        ("Reached", shown_figure("reached", team["reached"]), _change(team["reached"], before["reached"])),
        ("Contact rate", shown_figure("contact_rate", team["contact_rate"]), _points(team, before)),
        ("Won", shown_figure("won", team["won"]), _change(team["won"], before["won"])),
        ("Revenue", shown_figure("revenue", team["revenue"]), _change(team["revenue"], before["revenue"])),
        ("Overdue", shown_figure("overdue", team["overdue"]), " !" if team["overdue"] else ""),
    ]
    return Content("   ").join(
        Content.assemble((f"{name} ", "dim"), value, (change, "dim")) for name, value, change in shown
    )


def _change(now: float | None, before: float | None) -> str:
    if now is None or not before:
        return ""
    return f" ({round((now - before) / before * 100):+d}%)"


def _points(team: dict[str, Any], before: dict[str, Any]) -> str:
    """A rate changes by points, not by per cent of itself."""
    if team["contact_rate"] is None or before["contact_rate"] is None:
        return ""
    return f" ({round((team['contact_rate'] - before['contact_rate']) * 100):+d})"


def _table(rows: list[dict[str, Any]]) -> Content:
    heading = f"{'Manager':<{_NAME_WIDTH}}" + "".join(f"{name:>{width}}" for _, name, width in COLUMNS)
    if not rows:
        return lines(Content.styled(heading, "bold"), Content.styled("nobody has called yet", "dim"))
    return lines(Content.styled(heading, "bold"), *(_row(row) for row in rows))


def _row(row: dict[str, Any]) -> Content:
    name = outside(str(row["manager"])).truncate(_NAME_WIDTH - 1, ellipsis=True)
    cells = "".join(f"{shown_figure(field, row[field]):>{width}}" for field, _, width in COLUMNS)
    flag = " !" if row["overdue"] else ""
    return Content.assemble(name, " " * (_NAME_WIDTH - cell_len(name.plain)), cells, flag)


def shown_figure(field: str, value: float | None) -> str:
    """A figure as people read it: rates in per cent, money with thin thousands, a dash for nothing to divide by."""
    if value is None:
        return "-"
    if field == "contact_rate":
        return f"{round(value * 100)}%"
    return f"{round(value):,}".replace(",", " ")
