"""`oba demo`: the synthetic portfolio, and the clock that lets the rest of it happen before one's eyes."""

import re
from datetime import timedelta
from typing import Annotated

import typer

from adapters.cli.demo_keys import make_demo_keys, read_demo_keys
from adapters.cli.opened import opened, read_settings, refusing
from adapters.cli.terminal import AsJson, note, refuse, tell, tell_json

demo = typer.Typer(name="demo", help="The synthetic portfolio; invented HTCs, payers, people and patients.")

_STEP = re.compile(r"\+([1-9][0-9]{0,3})d", re.ASCII)


def step(text: str) -> timedelta:
    """A distance given on the command line, forward and in days; another spelling is wrong usage."""
    match = _STEP.fullmatch(text)
    if match is None:
        raise typer.BadParameter("write a step forward in days, such as +30d")
    return timedelta(days=int(match[1]))


@demo.command("load", epilog="Example: oba demo load")
def load_portfolio(as_json: AsJson = False) -> None:
    """Load the portfolio into empty stores, as known at the demo clock; a second time changes nothing."""
    from adapters.demo.loader import NotForADemo, load

    settings = read_settings()
    try:
        with refusing(settings):
            loaded = load(settings, say=note)
    except NotForADemo as error:
        refuse("not-for-a-demo", str(error), "name another folder: OBA_HOME=demo oba demo load", as_json=as_json)
    if not read_demo_keys(settings):
        with opened(settings) as services:
            services.projector.catch_up()
            make_demo_keys(services)
    if as_json:
        tell_json(vars(loaded))
    else:
        said = "was loaded before" if loaded.already else "loaded"
        tell(f"demo {said}: {loaded.infusions} infusions, {loaded.events} events, clock {loaded.clock:%Y-%m-%d}")


@demo.command("clock", epilog="Example: oba demo clock +30d")
def move_clock(
    distance: Annotated[timedelta, typer.Argument(parser=step, metavar="+DAYSd", help="How far, such as +30d.")],
    as_json: AsJson = False,
) -> None:
    """Move the demo's clock forward; what became known meanwhile comes in through the commands that people use."""
    from adapters.demo.moving import NotADemoStore, move

    try:
        moved = move(read_settings(), distance, say=note)
    except NotADemoStore as error:
        refuse("not-a-demo", str(error), "load one into an empty folder: oba demo load", as_json=as_json)
    if as_json:
        tell_json(vars(moved))
    else:
        tell(
            f"demo clock {moved.clock:%Y-%m-%d %H:%M} UTC: {moved.reported} reports came in, "
            f"{moved.proposed} determinations proposed, {moved.reminded} reminders, {moved.events} events in all"
        )
