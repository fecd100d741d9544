"""``trailhold completion SHELL``: a script that completes commands, options, and what they take.

Everything is written into the script, controls included, so that completing starts no program.
"""

import shlex
from argparse import Action, ArgumentParser, Namespace
from pathlib import Path

from msgspec import Struct

from checker.catalog import CONTROLS
from checker.cli import parser, terminal
from checker.frameworks import FRAMEWORKS
from checker.model import Severity

IDS = tuple(sorted(CONTROLS))
SETS = ("baseline", "strict", *FRAMEWORKS)
ITEMS = (
    *IDS,
    *(f"severity:{each.value}" for each in Severity),
    *(f"framework:{id}" for id in FRAMEWORKS),
    *("set:baseline", "set:strict"),
)
NAMED = {
    "--select": ITEMS,
    "--ignore": ITEMS,
    "--set": SETS,
    "--framework": tuple(FRAMEWORKS),
    "--control": IDS,
    "controls": IDS,
}
"""Words of options and operands that the parser does not know."""


class Taken(Struct, frozen=True):
    """What an option or an operand takes."""

    words: tuple[str, ...] = ()
    files: bool = False
    nothing: bool = False


def run(arguments: Namespace) -> int:
    """Print the script."""
    write = {"bash": _bash, "zsh": _zsh, "fish": _fish}[arguments.shell]
    terminal.emit(write(commands()), encoding="utf-8")
    return 0


def commands() -> dict[str, dict[str, Taken]]:
    """Return what each command takes, by option; operands stand under an empty text."""
    _, parsers = parser.build()
    return {name: _taken(each) for name, each in parsers.items()}


def _taken(command: ArgumentParser) -> dict[str, Taken]:
    found: dict[str, Taken] = {"": Taken()}
    for action in command._actions:
        names = [name for name in action.option_strings if name.startswith("--")]
        for name in names:
            found[name] = _of(action, name)
        if not names and not found[""].words:
            found[""] = _of(action, action.dest)
    return found


def _of(action: Action, name: str) -> Taken:
    if action.nargs == 0:
        return Taken(nothing=True)
    words: tuple[str, ...] = NAMED.get(name) or getattr(action.type, "words", None) or ()
    return Taken(words=tuple(words), files=action.type is Path)


def _bash(found: dict[str, dict[str, Taken]]) -> str:
    """Complete by the words before the cursor; a colon, as in ``severity:high``, is a break for bash."""
    lines = [
        '# bash completion of trailhold: eval "$(trailhold completion bash)"',
        "_trailhold() {",
        "  local cur prev command words",
        '  local line="${COMP_LINE:0:COMP_POINT}"',
        '  local -a typed; read -ra typed <<< "$line"',
        '  [[ $line == *" " ]] && typed+=("")',
        '  cur="${typed[-1]}"; prev="${typed[-2]:-}"; command=""',
        '  if [[ $cur == --*=* ]]; then prev="${cur%%=*}"; cur="${cur#*=}"; fi',
        '  local prefix=""; [[ $cur == *,* ]] && prefix="${cur%,*},"; local last="${cur##*,}"',
        '  case "${typed[1]:-} ${typed[2]:-}" in',
        *_pairs(found, "((${#typed[@]} > 3))"),
        "  esac",
        '  [[ -z $command ]] && ((${#typed[@]} > 2)) && command="${typed[1]}"',
        '  words=""',
        '  case "$command" in',
        f'    "") words={shlex.quote(_firsts(found))};;',
    ]
    lines += _halves(found, "words")
    for name, taken in found.items():
        options = " ".join(sorted(option for option in taken if option))
        lines += [f"    {shlex.quote(name)})", '      case "$prev" in']
        for option, what in taken.items():
            if option and what.words:
                lines.append(f"        {option}) words={shlex.quote(' '.join(what.words))};;")
            elif option and not what.nothing:
                lines.append(f"        {option}) words={'__files__' if what.files else '__none__'};;")
        more = _seconds(found, name)
        operand = taken[""]
        first = " ".join(filter(None, (more, *operand.words)))
        files = " __files__" if operand.files else ""
        other = f"else words={shlex.quote(first + files)}; fi"
        rest = f"if [[ $cur == -* ]]; then words={shlex.quote(options)}; {other}"
        lines += [f"        *) {rest};;", "      esac;;"]
    lines += [
        "  esac",
        "  COMPREPLY=()",
        "  if [[ $words == *__files__* ]]; then",
        '    words="${words//__files__/}"; COMPREPLY=($(compgen -f -- "$cur"))',
        "  fi",
        "  [[ $words == __none__ ]] && return",
        '  local word; for word in $(compgen -W "$words" -- "$last"); do COMPREPLY+=("$prefix$word"); done',
        "  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then",
        '    local left="${cur%"${cur##*:}"}"; COMPREPLY=("${COMPREPLY[@]#"$left"}")',
        "  fi",
        "}",
        "complete -o filenames -F _trailhold trailhold",
    ]
    return "\n".join(lines) + "\n"


def _firsts(found: dict[str, dict[str, Taken]]) -> str:
    return " ".join([*dict.fromkeys(name.split()[0] for name in found), "--help", "--version"])


def _seconds(found: dict[str, dict[str, Taken]], first: str) -> str:
    return " ".join(name.split()[1] for name in found if name.startswith(f"{first} "))


def _pairs(found: dict[str, dict[str, Taken]], far: str) -> list[str]:
    """Recognise commands of two words, once the cursor is behind both."""
    return [f"    {shlex.quote(n)}) {far} && command={shlex.quote(n)};;" for n in found if " " in n]


def _halves(found: dict[str, dict[str, Taken]], variable: str) -> list[str]:
    """Complete the second word of what is no command by itself."""
    firsts = sorted({name.split()[0] for name in found if " " in name} - set(found))
    return [f"    {first}) {variable}={shlex.quote(_seconds(found, first))};;" for first in firsts]


def _zsh(found: dict[str, dict[str, Taken]]) -> str:
    """Complete in zsh by the words of the line."""
    lines = [
        "#compdef trailhold",
        "# zsh completion of trailhold: trailhold completion zsh > a folder of $fpath/_trailhold",
        "_trailhold() {",
        '  local cur="${words[CURRENT]}" prev="${words[CURRENT-1]}" command="" takes=""',
        '  if [[ $cur == --*=* ]]; then prev="${cur%%=*}"; compset -P "*="; cur="${cur#*=}"; fi',
        '  case "${words[2]} ${words[3]}" in',
        *_pairs(found, "((CURRENT > 3))"),
        "  esac",
        '  [[ -z $command ]] && ((CURRENT > 2)) && command="${words[2]}"',
        '  case "$command" in',
        f'    "") takes={shlex.quote(_firsts(found))};;',
    ]
    lines += _halves(found, "takes")
    for name, taken in found.items():
        lines += [f"    {shlex.quote(name)})", '      case "$prev" in']
        for option, what in taken.items():
            if option and what.words:
                lines.append(f"        {option}) takes={shlex.quote(' '.join(what.words))};;")
            elif option and not what.nothing:
                lines.append(f"        {option}) {'_files; ' if what.files else ''}return;;")
        operand = taken[""]
        first = " ".join(filter(None, (_seconds(found, name), *operand.words)))
        options = " ".join(sorted(option for option in taken if option))
        files = "_files; " if operand.files else ""
        other = f"else {files}takes={shlex.quote(first)}; fi"
        rest = f"if [[ $cur == -* ]]; then takes={shlex.quote(options)}; {other}"
        lines += [f"        *) {rest};;", "      esac;;"]
    lines += [
        "  esac",
        '  compset -P "*,"',
        "  compadd -- ${=takes}",
        "}",
        'if [[ $funcstack[1] == _trailhold ]]; then _trailhold "$@"; else compdef _trailhold trailhold; fi',
    ]
    return "\n".join(lines) + "\n"


def _fish(found: dict[str, dict[str, Taken]]) -> str:
    """Declare each completion with the commands behind which it holds."""
    firsts = " ".join(dict.fromkeys(name.split()[0] for name in found))
    lines = [
        "# fish completion of trailhold: trailhold completion fish | source",
        "complete -c trailhold -f",
        f"complete -c trailhold -n __fish_use_subcommand -a {shlex.quote(firsts)}",
    ]
    for name, taken in found.items():
        first, _, second = name.partition(" ")
        seen = f"__fish_seen_subcommand_from {first}"
        others = _seconds(found, first)
        if second:
            lines.append(
                f"complete -c trailhold -n '{seen}; and not __fish_seen_subcommand_from {others}' -a {second}"
            )
            seen = f"{seen}; and __fish_seen_subcommand_from {second}"
        elif others:
            seen = f"{seen}; and not __fish_seen_subcommand_from {others}"
        for option, what in taken.items():
            words = f" -a {shlex.quote(' '.join(what.words))}" if what.words else ""
            if option:
                kind = "" if what.nothing else " -r -F" if what.files else " -x"
                lines.append(f"complete -c trailhold -n {shlex.quote(seen)} -l {option[2:]}{kind}{words}")
            elif words or what.files:
                kind = " -F" if what.files else ""
                lines.append(f"complete -c trailhold -n {shlex.quote(seen)}{kind}{words}")
    return "\n".join(lines) + "\n"
