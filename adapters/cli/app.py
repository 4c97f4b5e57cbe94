"""The list of all commands, in the order in which people meet them."""

import typer

from adapters.cli.agreement import agreement
from adapters.cli.db import db
from adapters.cli.demo import demo
from adapters.cli.determine import determine
from adapters.cli.directory import directory
from adapters.cli.doctor import doctor
from adapters.cli.export import export
from adapters.cli.import_facts import imports
from adapters.cli.key import key
from adapters.cli.projections import projections
from adapters.cli.schedule import schedule
from adapters.cli.serve import serve, worker
from adapters.cli.simulate import simulate

app = typer.Typer(
    name="oba",
    help="Milestones, determinations and refund triggers of outcomes-based agreements over one-time gene therapies.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve", epilog="Example: oba serve --port 8321")(serve)
app.command("worker", epilog="Example: oba worker")(worker)
app.add_typer(demo)
app.command("doctor", epilog="Example: oba doctor")(doctor)
app.command("determine", epilog="Example: oba determine hemgenix-illustrative facts.yaml --as-of 2029-01-31")(determine)
app.command("simulate", epilog="Example: oba simulate hemgenix-illustrative facts.yaml --activity m12=4.1")(simulate)
app.add_typer(agreement)
app.add_typer(schedule)
app.add_typer(directory)
app.add_typer(key)
app.add_typer(imports)
app.add_typer(export)
app.add_typer(db)
app.add_typer(projections)
