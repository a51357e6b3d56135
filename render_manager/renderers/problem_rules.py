"""What lines of a renderer's log mean, and what to do: read from `resources/problems/*.toml`.

Files of the same names in the data folder's `problems` come before those that ship, so a studio can
add its own. A file or rule that is wrong is left out and told of by `wrong_rules`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from render_manager.base.errors import UserError
from render_manager.base.i18n import _, current_language
from render_manager.base.paths import data_home, resource
from render_manager.domain.events import Problem, Severity
from render_manager.renderers.described.values import LONGEST_LINE, Regex, Word
from render_manager.renderers.literals import certain_text

COMMON = "common"
"""The file whose rules hold for renderers that have none of their own."""

REMEMBERED = 4096
"""Lines whose rule is remembered; most lines of a log are those before with other numbers."""

LONGEST_SHAPE = 400
"""Characters of a line that is remembered."""

_ANY_DIGIT = str.maketrans(dict.fromkeys("123456789", "0"))
_NO_DIGITS_OF_THE_LINE = re.compile(r"\\x[0-9a-fA-F]{2}|\{\d*,?\d*\}")


class Words(BaseModel):
    """A sentence in each language; a studio's own file may leave out one of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str = ""
    zh_CN: str = ""  # noqa: N815 - the language's name

    def __str__(self) -> str:
        chosen = self.zh_CN if current_language() == "zh_CN" else self.en
        return chosen or self.en or self.zh_CN


class Rule(BaseModel):
    """One kind of problem: the lines that tell it, how bad it is, what it means, what to do.

    A rule without patterns is for a problem that a listener names by its code.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    code: Word
    patterns: tuple[Regex, ...] = ()
    example: str = ""
    severity: Severity = Severity.ERROR
    hopeless: bool = False
    text: Words
    advice: Words = Words()
    source: str = ""

    def problem(self, line: str, frame: int | None = None) -> Problem:
        """What a line that fulfils the rule tells, in its words."""
        return Problem(
            self.code,
            line,
            self.severity,
            frame,
            is_hopeless=self.hopeless and self.severity is Severity.FATAL,
            cause=str(self.text),
            advice=str(self.advice),
        )


@dataclass(frozen=True, slots=True)
class _File:
    """A rule file; `faults` are sentences about what is wrong with it."""

    rules: tuple[Rule, ...] = ()
    ignore: tuple[re.Pattern[str], ...] = ()
    include: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class ProblemRules:
    """The rules of one renderer, compiled once. May be used from any thread."""

    def __init__(self, rules: Iterable[Rule], ignore: Iterable[re.Pattern[str]] = ()) -> None:
        self.rules = tuple(rules)
        self._ignore = tuple(ignore)
        self._tries = [
            (certain_text(pattern.pattern), pattern, rule)
            for rule in self.rules
            for pattern in rule.patterns
        ]
        patterns = [*self._ignore, *(pattern for _text, pattern, _rule in self._tries)]
        self._names_digits = any(map(_names_digits, patterns))
        self._recall = lru_cache(maxsize=REMEMBERED)(self._look_through)

    def match(self, line: str) -> Rule | None:
        """The rule that a line fulfils; of several the first, for causes come before effects."""
        if len(line) > LONGEST_SHAPE:
            return self._look_through(line[:LONGEST_LINE])
        return self._recall(line if self._names_digits else line.translate(_ANY_DIGIT))

    def about(self, code: str, severity: Severity | None = None) -> Rule | None:
        """What is known of a kind of problem, rather of that severity."""
        known = [rule for rule in self.rules if rule.code == code]
        return next((r for r in known if r.severity is severity), known[0] if known else None)

    def put_in_words(self, problem: Problem) -> Problem:
        """The problem with cause and advice, if its code is known and it has none yet."""
        rule = None if problem.cause else self.about(problem.code, problem.severity)
        if rule is None:
            return problem
        is_hopeless = rule.hopeless and problem.severity is Severity.FATAL
        return replace(
            problem,
            cause=str(rule.text),
            advice=str(rule.advice),
            is_hopeless=problem.is_hopeless or is_hopeless,
        )

    def _look_through(self, line: str) -> Rule | None:
        for text, pattern, rule in self._tries:
            if text in line and pattern.search(line):
                return None if any(each.search(line) for each in self._ignore) else rule
        return None


def rules_of(renderer: str) -> ProblemRules:
    """The rules of a renderer. One that has no file has those common to all that end a run: of a
    path that is not there a program may speak in passing."""
    return _rules_of(renderer, data_home() / "problems")


def wrong_rules() -> tuple[str, ...]:
    """A sentence for each thing that is wrong in the user's own rule files."""
    files = sorted((data_home() / "problems").glob("*.toml"))
    return tuple(fault for file in files for fault in _read(file).faults)


@lru_cache(maxsize=64)
def _rules_of(renderer: str, own: Path) -> ProblemRules:
    files = list(_files_of(renderer, own, set()))
    is_known = any(path.is_file() for path in _paths_of(renderer, own))
    rules = (rule for file in files for rule in file.rules)
    return ProblemRules(
        (rule for rule in rules if is_known or rule.severity is Severity.FATAL),
        (pattern for file in files for pattern in file.ignore),
    )


def _files_of(name: str, own: Path, seen: set[str]) -> Iterator[_File]:
    """The user's file, ours, and those that they take in, each once."""
    seen.add(name)
    paths = _paths_of(name, own)
    files = [_read(path) for path in paths if path.is_file()]
    yield from files
    includes = [other for file in files for other in file.include]
    if not paths[1].is_file():
        includes.append(COMMON)
    for other in includes:
        if other not in seen:
            yield from _files_of(other, own, seen)


def _paths_of(name: str, own: Path) -> list[Path]:
    return [folder / f"{name}.toml" for folder in (own, resource("problems"))]


def _read(path: Path) -> _File:
    try:
        return _parse(path, tomllib.loads(path.read_text("utf-8-sig")))
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        sentence = _("The problem rules “{file}” cannot be read ({why}). Correct the file.")
        return _File(faults=(sentence.format(file=path, why=why),))
    except UserError as error:
        return _File(faults=(str(error),))


class _Head(BaseModel):
    """What a file says beside its rules."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    include: tuple[Word, ...] = ()
    ignore: tuple[Regex, ...] = ()
    rule: list[object] = Field(default_factory=list)


def _parse(path: Path, data: dict[str, object]) -> _File:
    try:
        head = _Head.model_validate(data)
    except ValidationError as error:
        raise UserError(_fault(path, "", error)) from error
    rules: list[Rule] = []
    faults: list[str] = []
    for place, written in enumerate(head.rule, start=1):
        try:
            rules.append(Rule.model_validate(written))
        except ValidationError as error:
            faults.append(_fault(path, _name_of(written, place), error))
    return _File(tuple(rules), head.ignore, head.include, tuple(faults))


def _name_of(written: object, place: int) -> str:
    code = written.get("code") if isinstance(written, dict) else None
    return f"{place} ({code})" if isinstance(code, str) else str(place)


def _fault(path: Path, rule: str, error: ValidationError) -> str:
    details = error.errors()[0]
    key = ".".join(map(str, details["loc"]))
    why = details.get("ctx", {}).get("error") or details["msg"]
    if not rule:
        return _("In the problem rules “{file}”, “{key}” is wrong: {why}.").format(
            file=path, key=key, why=why
        )
    return _("In the problem rules “{file}”, rule {rule}, “{key}” is wrong: {why}.").format(
        file=path, rule=rule, key=key, why=why
    )


def _names_digits(pattern: re.Pattern[str]) -> bool:
    """Whether a pattern asks for a digit; repetition counts and character codes are none."""
    rest = _NO_DIGITS_OF_THE_LINE.sub("", pattern.pattern)
    return any(character.isdigit() for character in rest)
