"""`yingda doctor`: what is right, what is wrong, and what to do about it."""

import dataclasses
import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.launcher.checks import Finding

app = typer.Typer(add_completion=False)
MARKS = {"ok": ("✓", "green"), "problem": ("✗", "bold red"), "absent": ("·", "dim")}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ask: Annotated[
        bool,
        typer.Option("--vendors", help="Also ask each vendor whose keys are set for a word and a syllable."),
    ] = False,
) -> None:
    """Explain what is wrong with this installation, if anything. Exit code 1 if something is."""
    from api.launcher import checks, services, vendors
    from api.launcher.settings import load

    settings = load()
    findings = [
        *checks.machine(settings),
        *checks.installation(settings),
        *services.services(settings),
        *vendors.keys(settings),
        *(vendors.trials(settings) if ask else ()),
    ]
    problems = sum(finding.verdict == "problem" for finding in findings)
    if as_json:
        rows = [dataclasses.asdict(finding) for finding in findings]
        typer.echo(json.dumps({"healthy": not problems, "findings": rows}, ensure_ascii=False, indent=2))
    else:
        _table(findings, problems)
    raise typer.Exit(1 if problems else 0)


def _table(findings: "list[Finding]", problems: int) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for finding in findings:
        mark, style = MARKS[finding.verdict]
        found = Text(finding.found)
        if finding.advice:
            found.append(f"\n→ {finding.advice}", style="yellow" if finding.verdict == "problem" else "dim")
        table.add_row(Text(mark, style=style), finding.check, found)
    console = Console(highlight=False)
    console.print(table)
    console.print()
    console.print(f"{problems} problem{'' if problems == 1 else 's'} found." if problems else "All is well.")
