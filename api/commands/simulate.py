"""`yingda simulate`: conversations from scenario files, in milliseconds, over the real session."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)

Places = Annotated[list[Path] | None, typer.Argument(help="Scenario files, or folders of them.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for programs.")]
Jobs = Annotated[int, typer.Option(min=0, help="Processes; default one per processor.")]
Pattern = Annotated[str, typer.Option("-k", help="Only scenarios whose place or name contains this.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Draw every conversation.")]
Repeat = Annotated[int, typer.Option(min=1, help="Play each so many times, to measure the speed.")]
FromCall = Annotated[str, typer.Option("--from-call", help="Replay a recorded call of this installation.")]
Out = Annotated[Path | None, typer.Option("--out", help="With --from-call: write the scenario here.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="Change the assistant, like turn.finished_s=0.4; repeatable."),
]
Prompt = Annotated[
    Path | None, typer.Option("--prompt", help="With --from-call: ask the model with this prompt.")
]
Delay = Annotated[
    list[str] | None, typer.Option("--provider-delay", help="Seconds, like llm=0.3 or tts=0.2; repeatable.")
]


@app.command()
def simulate(
    ctx: typer.Context,
    places: Places = None,
    as_json: AsJson = False,
    jobs: Jobs = 0,
    pattern: Pattern = "",
    verbose: Verbose = False,
    repeat: Repeat = 1,
    from_call: FromCall = "",
    out: Out = None,
    changes: Set = None,
    prompt: Prompt = None,
    delays: Delay = None,
) -> None:
    """Play conversations in virtual time and say which expectations came true."""
    if bool(places) == bool(from_call):
        typer.echo(ctx.get_help())
        raise typer.Exit(2)
    from api.commands.simulating.library import Wish, run_library
    from voice_engine.simulate.change import Change

    change = Change.parse(changes or [], delays or [])
    if places:
        report = run_library(places, Wish(pattern, jobs, repeat, verbose or as_json, change))
        typer.echo(
            json.dumps(report.to_json(), ensure_ascii=False, indent=2) if as_json else report.text(verbose)
        )
        raise typer.Exit(report.exit_code)
    from api.commands.simulating.replay import replay

    typer.echo(replay(from_call, change, prompt, out, as_json=as_json))
