"""The rule files that say what lines of a log mean, and the user's own beside them."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_manager.base.paths import data_home, resource
from render_manager.domain.events import Problem, Severity
from render_manager.renderers.literals import certain_text
from render_manager.renderers.problem_rules import Rule, rules_of, wrong_rules

FILES = sorted(
    path.stem for path in resource("problems").glob("*.toml") if path.stem != "exit_codes"
)
RULES = [(name, number) for name in FILES for number, _ in enumerate(rules_of(name).rules)]


def own_file(name: str, text: str) -> Path:
    folder = data_home() / "problems"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(("name", "number"), RULES)
def test_every_rule_has_its_words_and_matches_its_example_first(name: str, number: int) -> None:
    rule: Rule = rules_of(name).rules[number]
    words = (rule.text.en, rule.text.zh_CN, rule.advice.en, rule.advice.zh_CN, rule.source)
    assert all(words), rule.code
    if rule.patterns:
        found = rules_of(name).match(rule.example)
        assert found is not None
        assert found.code == rule.code


@pytest.mark.parametrize("name", FILES)
def test_our_files_have_nothing_wrong(name: str) -> None:
    own_file(name, resource("problems", f"{name}.toml").read_text("utf-8"))
    assert wrong_rules() == ()


@settings(max_examples=50)
@given(st.text())
def test_no_line_upsets_the_rules(line: str) -> None:
    for name in FILES:
        rules_of(name).match(line)


@pytest.mark.parametrize(
    "pattern", sorted({p.pattern for n in FILES for r in rules_of(n).rules for p in r.patterns})
)
@settings(max_examples=5)
@given(data=st.data())
def test_lines_that_fulfil_a_pattern_hold_its_certain_text(
    pattern: str, data: st.DataObject
) -> None:
    assert certain_text(pattern) in data.draw(st.from_regex(pattern))


@given(st.text(alphabet=r"ab.|()[]{}*+?\\^$dx1,:", max_size=12), st.text("ab1,:dx", max_size=8))
def test_a_line_without_the_certain_text_never_fulfils_a_pattern(pattern: str, line: str) -> None:
    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            fulfils = re.compile(pattern).search(line)
    except (re.error, OverflowError):
        return
    assert not fulfils or certain_text(pattern) in line


def test_a_good_run_of_vray_has_no_problem() -> None:
    assert rules_of("maya").match("Closing log - 0 error(s), 0 warning(s)") is None


def test_a_studios_own_rule_comes_first() -> None:
    own_file(
        "blender",
        "[[rule]]\ncode = 'house_rule'\npatterns = ['no camera']\nhopeless = true\n"
        "severity = 'fatal'\ntext.en = 'Ask Ada.'\n",
    )
    rule = rules_of("blender").match("Error: Cannot render, no camera")
    assert rule is not None
    assert rule.code == "house_rule"
    told = rules_of("blender").put_in_words(Problem("house_rule", "x", Severity.FATAL))
    assert (told.cause, told.is_hopeless) == ("Ask Ada.", True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule", "cannot be read"),
        ("rules = 1", "“rules” is wrong"),
        ("[[rule]]\ncode = 'x'\npatterns = ['(']\ntext.en = 'a'\n", "rule 1 (x), “patterns.0”"),
        ("[[rule]]\ncode = 'x'\n", "rule 1 (x), “text”"),
        ("rule = [1]", "rule 1"),
        ("include = ['../../etc/passwd']\nrule = []\n", "“include.0” is wrong"),
    ],
)
def test_a_wrong_file_is_named_and_the_others_hold(text: str, said: str) -> None:
    path = own_file("blender", text)
    assert rules_of("blender").about("no_camera") is not None
    (fault,) = wrong_rules()
    assert said in fault
    assert str(path) in fault


def test_a_wrong_rule_leaves_the_others_of_its_file() -> None:
    good = "[[rule]]\ncode = 'good'\npatterns = ['hello']\ntext.en = 'a'\n"
    own_file("blender", f"[[rule]]\ncode = 'Bad'\n{good}")
    rule = rules_of("blender").match("hello")
    assert rule is not None
    assert rule.code == "good"


def test_files_that_take_in_each_other_are_read_once() -> None:
    own_file("ada", "include = ['bob']\n")
    own_file("bob", "include = ['ada']\n")
    assert rules_of("ada").match("No space left on device") is not None


def test_a_problem_says_cause_advice_and_its_line() -> None:
    problem = Problem("no_camera", "Cannot render, no camera", Severity.FATAL, line=12)
    told = rules_of("blender").put_in_words(problem)
    assert told.is_hopeless
    assert told.sentence() == (
        "The scene has no camera. Choose a camera for the task, or set one in the scene and save "
        "it. Log line 12: Cannot render, no camera"
    )


def test_an_error_is_not_hopeless_where_only_the_fatal_one_is() -> None:
    told = rules_of("blender").put_in_words(Problem("no_camera", "", Severity.WARNING))
    assert not told.is_hopeless
