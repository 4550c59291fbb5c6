"""`yingda talk`: ask an assistant something and hear, read and measure the answer."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)

Source = Annotated[Path | None, typer.Option("--in", help="A WAV file: what you say; any rate and channels.")]
Out = Annotated[Path | None, typer.Option("--out", help="Where the assistant's sound goes, as a WAV file.")]
Who = Annotated[str, typer.Option("--assistant", help="Id or name; default the demo assistant.")]
Url = Annotated[str, typer.Option("--url", help="The server; default the one running here.")]
Key = Annotated[str, typer.Option("--key", help="Private key; default the demo's, else YINGDA_KEY.")]
Words = Annotated[str, typer.Option("--text", help="Type this instead of speaking.")]
Mic = Annotated[bool, typer.Option("--mic", help="Use microphone and loudspeaker (package sounddevice).")]
Stereo = Annotated[Path | None, typer.Option("--stereo", help="Where the recording goes; you are left.")]
After = Annotated[float, typer.Option("--after", min=0, help="Seconds of quiet before hanging up.")]
Patience = Annotated[float, typer.Option("--patience", min=0, help="Seconds an answer may take.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object at the end, for programs.")]


@app.command()
def talk(
    ctx: typer.Context,
    source: Source = None,
    out: Out = None,
    assistant: Who = "",
    url: Url = "",
    key: Key = "",
    text: Words = "",
    mic: Mic = False,
    stereo: Stereo = None,
    after: After = 2.0,
    patience: Patience = 15.0,
    as_json: AsJson = False,
) -> None:
    """Speak with an assistant: a WAV file, typed words or the microphone in, speech out."""
    ways = [source is not None, bool(text), mic]
    if not any(ways):
        typer.echo(ctx.get_help())
        raise typer.Exit(2)
    if sum(ways) > 1:
        raise typer.BadParameter("give one of --in, --text and --mic")
    from api.commands.talking import installation
    from api.commands.talking.talk import Wish
    from api.commands.talking.talk import talk as run
    from api.launcher.running import Running
    from api.launcher.settings import load

    data = load().data_dir
    running = None if url else Running.find(data)
    server = url or (running.url if running else installation.DEFAULT_URL)
    access = installation.access(server, key, data)
    wish = Wish(access, source, text, mic, assistant, out, stereo, after, patience, as_json)
    asyncio.run(run(wish))
