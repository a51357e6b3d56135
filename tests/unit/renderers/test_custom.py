"""A renderer described by a TOML file: what the file may say, and what is made of it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.base.errors import UserError
from render_manager.base.paths import resource
from render_manager.domain.events import (
    FrameFinished,
    FrameSaved,
    FrameStarted,
    LogEvent,
    Problem,
    Progress,
    RunFinished,
    Severity,
)
from render_manager.domain.job import RenderJob, RenderOptions, SceneInfo
from render_manager.renderers.custom import CustomRenderer
from render_manager.renderers.renderer import Installation, Listener, Renderer, read_log

POVRAY = resource("samples", "povray.toml")
RECORDING = Path(__file__).parents[2] / "recordings" / "logs" / "povray.log"

TOY = {
    "name": '"toy"',
    "title": '"Toy"',
    "suffixes": '[".toy"]',
    "executable": '"toy-render"',
    "frames": '"one"',
    "command": '["{executable}", "{scene}", "{frame}", ["-camera", "{camera}"]]',
    "output": '"{output_dir}/{name}_{frame:04d}.png"',
}

PROGRAM = str(Path("/bin/toy"))

LINES = st.text(max_size=200)


def toy(folder: Path, tables: str = "", /, **keys: str | None) -> CustomRenderer:
    """The toy renderer with some keys in other words; None leaves a key out."""
    lines = [f"{key} = {value}" for key, value in {**TOY, **keys}.items() if value is not None]
    file = folder / "toy.toml"
    file.write_text("\n".join(lines) + "\n" + tables, encoding="utf-8")
    return CustomRenderer(file)


def job(folder: str = "/out", **options: Any) -> RenderJob:
    return RenderJob("/scenes/shot.toy", "toy", "shot", folder, RenderOptions(**options))


def installation() -> Installation:
    return Installation("toy", Path(PROGRAM), None, "PATH")


def argv(renderer: CustomRenderer, *frames: int, **options: Any) -> tuple[str, ...]:
    return renderer.command(job(**options), frames, installation()).argv


def heard(listener: Listener, *lines: str) -> list[LogEvent]:
    return [event for _line, event in read_log(listener, lines)]


# --- the file ---------------------------------------------------------------------------------


def test_a_minimal_file_makes_a_renderer(tmp_path: Path) -> None:
    renderer = toy(tmp_path, suffixes='[".TOY", ".toy.gz"]')
    assert isinstance(renderer, Renderer)
    assert (renderer.name, renderer.title) == ("toy", "Toy")
    assert renderer.suffixes == (".toy", ".toy.gz")
    assert not renderer.gives_way


def test_the_documented_example_is_right() -> None:
    renderer = CustomRenderer(POVRAY)
    assert (renderer.name, renderer.suffixes) == ("povray", (".pov",))


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    toy(tmp_path)
    file = tmp_path / "toy.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert CustomRenderer(file).name == "toy"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"title": None}, "lacks the key “title”"),
        ({"comand": "[]"}, "has the key “comand”, which means nothing. Is it “command”?"),
        ({"zzzzzz": "1"}, "has the key “zzzzzz”, which means nothing. Take it away."),
        ({"name": '"My Toy"'}, "“name” is wrong"),
        ({"suffixes": '["toy"]'}, "“toy” is no file ending; write it like .pov"),
        ({"suffixes": "[]"}, "“suffixes” is wrong"),
        ({"frames": '"some"'}, "“frames” is wrong"),
        ({"command": '"toy {scene}"'}, "“command” is wrong"),
        ({"command": '["{executable}", "{scene}", 7]'}, "write it as text in quotes"),
        ({"command": '["{executable}", "{scene}", "{frame"]'}, "a brace without its partner"),
        ({"command": '["{executable}", "{scene}", "{frame.x}"]'}, "not a plain word in braces"),
        ({"command": '["{executable}", "{scene}", "{frame!r}"]'}, "not a plain word in braces"),
        ({"command": '["{executable}", "{scene}", "{}"]'}, "not a plain word in braces"),
        ({"command": '["{executable}", "{scene}", "{frame:>9}"]'}, "only numbers can be formatted"),
        ({"command": '["{executable}", "{scene:04d}", "{frame}"]'}, "only numbers can be"),
        ({"command": '["{executable}", "{scene}", "{fame}"]'}, "{fame} means nothing here"),
        ({"command": '["{executable}", "{scene}", "{first}"]'}, "{first} means nothing here"),
        ({"command": '["{executable}", "{scene}"]'}, 'with frames = "one" it needs {frame} or'),
        (
            {"command": '["{executable}", "{scene}", ["{frame}", "{camera}"]]'},
            'with frames = "one" it needs {frame} or',
        ),
        ({"command": '["{executable}", "{frame}"]'}, "it lacks {scene}"),
        ({"command": '["toy", "{scene}", "{frame}"]'}, "it lacks {executable}"),
        ({"frames": '"range"'}, "{frame} means nothing here; you can use"),
        (
            {"command": '["{executable}", "{scene}", "{frame}", "{camera}"]'},
            "{camera} may not be chosen; put “{camera}” in a list of its own",
        ),
        (
            {"command": '["{executable}", "{scene}", "{frame}", "-w={width}"]'},
            "or give “width” under [defaults]",
        ),
        ({"output": '"{name}.png"'}, "“{name}.png” is the same for all frames"),
        ({"output": '"{name}_{padded}.png"'}, "or give “frames” under [defaults]"),
        ({"output": '"{executable}_{frame}"'}, "{executable} means nothing here"),
        ({"output": None}, "say which files a frame leaves"),
        ({"working_dir": '"{camera}"'}, "“working_dir” is wrong: {camera} means nothing here"),
        ({"frame_list": '{ range = "{a}" }'}, "“frame_list.range” is wrong"),
        ({"options": '{ scene = "1" }'}, "“scene” cannot be the name of an option"),
        ({"defaults": '{ frames = "10-1" }'}, "write a frame range like 1-100 or 1-100x2"),
        ({"defaults": '{ frames = "1-100x0" }'}, "write a frame range"),
        ({"defaults": "{ width = 0 }"}, "“defaults.width” is wrong"),
        ({"scene": "{ start = '\\d+' }"}, "needs round brackets around the number"),
        ({"patterns": "{ progress = '(\\d+' }"}, "is not a regular expression (missing )"),
        ({"patterns": "{ progress = 'a{99999999999}' }"}, "is not a regular expression"),
        ({"patterns": "{ progress = '' }"}, "write a regular expression"),
        ({"patterns": "{ progress = '(?P<percent>\\d+)', saved = 'x' }"}, "(?P<path>…)"),
        ({"patterns": "{ progress = '(?P<n>\\d+)' }"}, "needs the group (?P<percent>…), or both"),
        ({"patterns": "{ frame_started = '(?P<farme>.)' }"}, "has the group “farme”"),
        ({"problem": "[{ pattern = 'x', code = 'A B' }]"}, "“problem.code” is wrong"),
        ({"problem": "[{ pattern = 'x', code = 'a', severity = 'bad' }]"}, "“problem.severity”"),
        ({"needs": '["comp"]'}, "“needs” is wrong: “comp” is not one of the [options]"),
        ({"choices": "{ comp = '(.)' }"}, "“choices” is wrong: “comp” is not one of"),
        (
            {"options": '{ comp = "" }', "choices": "{ comp = 'x' }"},
            "needs round brackets around the text to read",
        ),
        ({"scene": "{ start = { blok = 'x', pattern = '(1)' } }"}, "Is it “block”?"),
        ({"scene": "{ megabytes = 65 }"}, "“scene.megabytes” is wrong"),
        ({"version_in_path": "'x'"}, "needs round brackets around the text"),
        ({"proof": '"rumour"'}, "“proof” is wrong"),
        (
            {
                "frames": '"list"',
                "command": '["{executable}", "{scene}", "{stretch}"]',
                "env": '{ FRAMES = "{stretch}" }',
            },
            "“env” is wrong: {stretch} means nothing here",
        ),
        ({"title": '"'}, "cannot be read"),
    ],
)
def test_a_mistake_is_said_with_file_and_key(
    tmp_path: Path, keys: dict[str, str | None], said: str
) -> None:
    with pytest.raises(UserError, match=re.escape(said)) as caught:
        toy(tmp_path, **keys)
    assert str(tmp_path / "toy.toml") in str(caught.value)
    assert str(caught.value).endswith((".", "?"))


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        toy(tmp_path, title=None, name="7", frames='"x"')
    assert all(f"“{key}”" in str(caught.value) for key in ("title", "name", "frames"))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_renderer_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "any.toml"
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"any\.toml"):
        CustomRenderer(file)


# --- frames -----------------------------------------------------------------------------------

RANGE = '["{executable}", "{scene}", "{first}", "{last}"]'
STEPS = '["{executable}", "{scene}", "{first}", "{last}", "{step}"]'
LIST = '["{executable}", "{scene}", "{frames}"]'


@pytest.mark.parametrize(
    ("frames", "command", "pieces"),
    [
        ("one", TOY["command"], [(1,), (2,), (3,), (7,), (9,)]),
        ("range", RANGE, [(1, 2, 3), (7,), (9,)]),
        ("range", STEPS, [(1, 2, 3), (7, 9)]),
        ("list", LIST, [(1, 2, 3, 7, 9)]),
    ],
)
def test_frames_are_cut_as_the_renderer_takes_them(
    tmp_path: Path, frames: str, command: str, pieces: list[tuple[int, ...]]
) -> None:
    renderer = toy(tmp_path, frames=f'"{frames}"', command=command)
    assert renderer.split(job(), (1, 2, 3, 7, 9)) == pieces
    assert renderer.split(job(), ()) == []


@given(
    st.sets(st.integers(-50, 3000), max_size=1200),
    st.sampled_from([("one", TOY["command"]), ("range", RANGE), ("range", STEPS), ("list", LIST)]),
)
def test_pieces_are_all_the_frames_in_order_and_one_run_each(
    tmp_path_factory: pytest.TempPathFactory, numbers: set[int], kind: tuple[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("toy")
    renderer = toy(folder, frames=f'"{kind[0]}"', command=kind[1])
    frames = tuple(sorted(numbers))
    pieces = renderer.split(job(), frames)
    assert tuple(frame for piece in pieces for frame in piece) == frames
    for piece in pieces:
        command = renderer.command(job(), piece, installation())
        assert tuple(command.outputs) == piece
        if kind[0] == "range":
            first, last, step = (*map(int, command.argv[2:]), 1)[:3]
            assert tuple(range(first, last + 1, step)) == piece


@pytest.mark.parametrize(
    ("frames", "command", "asked"),
    [("one", TOY["command"], (1, 2)), ("range", RANGE, (1, 3)), ("list", LIST, ())],
)
def test_frames_that_are_not_one_piece_are_refused(
    tmp_path: Path, frames: str, command: str, asked: tuple[int, ...]
) -> None:
    renderer = toy(tmp_path, frames=f'"{frames}"', command=command)
    with pytest.raises(ValueError, match="ask split first"):
        renderer.command(job(), asked, installation())


@pytest.mark.parametrize(
    ("frame_list", "text"),
    [
        ("{}", "1,2,3,7"),
        ('{ separator = " " }', "1 2 3 7"),
        ('{ separator = ";", range = "{first}..{last}" }', "1..3;7"),
    ],
)
def test_a_list_is_written_as_the_renderer_reads_it(
    tmp_path: Path, frame_list: str, text: str
) -> None:
    renderer = toy(tmp_path, frames='"list"', command=LIST, frame_list=frame_list)
    assert argv(renderer, 1, 2, 3, 7)[-1] == text


# --- the command line -------------------------------------------------------------------------


def test_a_group_without_its_value_is_left_out(tmp_path: Path) -> None:
    renderer = toy(tmp_path)
    assert argv(renderer, 4) == (PROGRAM, "/scenes/shot.toy", "4")
    assert argv(renderer, 4, camera="cam")[-2:] == ("-camera", "cam")


@given(st.text(), st.text(), st.text())
def test_values_arrive_letter_by_letter(
    tmp_path_factory: pytest.TempPathFactory, camera: str, scene: str, name: str
) -> None:
    renderer = toy(
        tmp_path_factory.mktemp("toy"),
        command='["{executable}", "<{scene}>", "{{{name}}}", "%d{frame:04d}", ["{camera}"]]',
    )
    asked = RenderJob(scene, "toy", name, "/out", RenderOptions(camera=camera or None))
    argv = renderer.command(asked, (7,), installation()).argv
    expected = [PROGRAM, f"<{scene}>", f"{{{name}}}", "%d0007"]
    assert argv == tuple([*expected, camera] if camera else expected)


@pytest.mark.parametrize(
    "text", ['a "b" c', "it's", "{frame}", "%s %PATH%", "场景 镜头", "a\\b", "--evil", "$(ls) `ls`"]
)
def test_awkward_words_stay_one_item(tmp_path: Path, text: str) -> None:
    assert argv(toy(tmp_path), 1, camera=text)[-1] == text


def test_size_comes_from_user_then_scene_then_defaults(tmp_path: Path) -> None:
    renderer = toy(
        tmp_path,
        command='["{executable}", "{scene}", "{frame}", "{width}x{height}"]',
        defaults="{ width = 640, height = 360 }",
    )
    scene = SceneInfo("toy", width=100, height=50)
    asked = RenderJob("/s.toy", "toy", "s", "/out", RenderOptions(width=32), scene)
    assert renderer.command(asked, (1,), installation()).argv[-1] == "32x50"
    assert argv(renderer, 1)[-1] == "640x360"


def test_options_of_its_own(tmp_path: Path) -> None:
    renderer = toy(
        tmp_path,
        command='["{executable}", "{scene}", "{frame}", "-q{quality}", ["-t", "{threads}"]]',
        options='{ quality = "9", threads = "" }',
    )
    assert argv(renderer, 1)[3:] == ("-q9",)
    assert argv(renderer, 1, extra={"quality": "", "threads": ""})[3:] == ("-q9",)
    assert argv(renderer, 1, extra={"quality": "2", "threads": "4"})[3:] == ("-q2", "-t", "4")
    with pytest.raises(UserError, match=r"has no option “qualty”\. It has: quality, threads"):
        argv(renderer, 1, extra={"qualty": "2"})


def test_an_option_cannot_replace_the_program(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no option “executable”"):
        argv(toy(tmp_path), 1, extra={"executable": "/bin/evil"})


def test_a_choice_that_would_be_ignored_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be told the “layers” to render") as caught:
        argv(toy(tmp_path), 1, layers=("fg", "bg"))
    assert caught.value.field == "layers"


def test_a_path_that_the_program_does_not_understand_is_refused(tmp_path: Path) -> None:
    renderer = toy(tmp_path, forbidden_in_paths="'[^\\x00-\\x7f]+'")
    with pytest.raises(UserError, match="Toy does not understand “渲染” in “/渲染/out”"):
        renderer.command(job("/渲染/out"), (1,), installation())
    assert renderer.command(job("/out"), (1,), installation()).argv


def test_the_files_that_a_frame_must_leave(tmp_path: Path) -> None:
    renderer = toy(tmp_path, output='["{output_dir}/{name}_{frame:04d}.png", "depth.{frame}.exr"]')
    command = renderer.command(job("/out"), (-3,), installation())
    assert command.outputs == {-3: (Path("/out/shot_-003.png"), Path("/out/depth.-3.exr"))}


def test_without_output_the_log_tells(tmp_path: Path) -> None:
    renderer = toy(tmp_path, output=None, patterns="{ saved = 'wrote (?P<path>.+)' }")
    assert renderer.command(job(), (1,), installation()).outputs == {}


def test_padded_has_the_digits_of_the_last_frame(tmp_path: Path) -> None:
    renderer = toy(tmp_path, output='"{name}{padded}.png"', defaults='{ frames = "1-250" }')
    command = renderer.command(job("/out"), (7,), installation())
    assert command.outputs == {7: (Path("/out/shot007.png"),)}
    with pytest.raises(UserError, match="Frame 1000 has more digits than the last frame 250"):
        renderer.command(job("/out"), (1000,), installation())


def test_environment_and_folder(tmp_path: Path) -> None:
    renderer = toy(
        tmp_path,
        working_dir='"{output_dir}"',
        env='{ OUT = "{output_dir}", CAM = "{camera}", PYTHONHOME = false }',
    )
    command = renderer.command(job("/out"), (1,), installation())
    assert command.env == {"OUT": "/out", "PYTHONHOME": None}
    assert command.cwd == Path("/out")
    assert toy(tmp_path).command(job(), (1,), installation()).cwd == Path("/scenes")


# --- the program ------------------------------------------------------------------------------


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_first_candidate_that_exists_is_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_HOME", str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    own = program(tmp_path / "own" / "toy.exe")
    newer, older = (program(tmp_path / f"v{version}" / "toy.exe") for version in ("10.1", "9.2"))
    on_path = program(tmp_path / "bin" / "toy-render.exe")
    monkeypatch.setenv("PATH", str(on_path.parent))
    renderer = toy(
        tmp_path,
        executable=(
            '["$NOWHERE", "$NOWHERE/toy", "$TOY_HOME/toy.exe", "v*/toy.exe", "toy-render.exe"]'
        ),
    )
    found = renderer.installations()
    assert [place.executable for place in found] == [own, newer, older, on_path]
    assert found[-1].source == "PATH" and found[0].source == "$TOY_HOME/toy.exe"
    assert {place.renderer for place in found} == {"toy"}


def test_a_home_folder_and_an_absolute_wildcard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    mine = program(tmp_path / "apps" / "toy.exe")
    renderer = toy(tmp_path, executable=f"['~/apps/toy.exe', '{tmp_path}/app?/*.exe']")
    assert [place.executable for place in renderer.installations()] == [mine]


def test_none_is_found_where_none_is(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    renderer = toy(tmp_path, executable='["no-such-program", "./folder", " ", "~nobody-here/x"]')
    assert renderer.installations() == []
    assert str(tmp_path / "toy.toml") in renderer.how_to_install()


@pytest.mark.parametrize(
    ("answer", "pattern", "version"),
    [
        ("Toy 3.7.1 (build 9)", None, "3.7.1"),
        ("Toy v9 of 2024", r"'v(\d+)'", "9"),
        ("Toy v9 of 2024", r"'v\d+'", "v9"),
        ("none", None, None),
    ],
)
def test_the_program_is_asked_for_its_version(
    tmp_path: Path, answer: str, pattern: str | None, version: str | None
) -> None:
    renderer = toy(
        tmp_path,
        executable=f"'{sys.executable}'",
        version_args=f"""['-c', 'import sys; sys.stderr.write("{answer}")']""",
        version_pattern=pattern,
    )
    assert renderer.installations()[0].version == version


def test_a_program_that_does_not_start_has_no_version(tmp_path: Path) -> None:
    broken = tmp_path / "broken.exe"
    broken.write_bytes(b"\x00\x01")
    broken.chmod(0o755)
    renderer = toy(tmp_path, executable='"./broken.exe"', version_args='["-v"]')
    assert [place.version for place in renderer.installations()] == [None]


# --- the scene --------------------------------------------------------------------------------

SCENE = (
    r"""{ start = 'start=(-?\d+)', end = 'end=(-?\d+)', width = 'w=(\d+)', height = 'h=(\d+)' }"""
)


def inspect(renderer: CustomRenderer, folder: Path, content: bytes) -> SceneInfo:
    scene = folder / "shot.toy"
    scene.write_bytes(content)
    return renderer.inspect(scene)


def test_a_scene_tells_its_frames_and_size(tmp_path: Path) -> None:
    scene = inspect(toy(tmp_path, scene=SCENE), tmp_path, b"start=-5\r\nend=20 w=64\nh=36 w=9\n")
    assert (scene.start, scene.end, scene.width, scene.height) == (-5, 20, 64, 36)
    assert scene.renderer == "toy" and not scene.warnings


def test_what_it_does_not_tell_is_assumed_and_said(tmp_path: Path) -> None:
    renderer = toy(tmp_path, scene=SCENE, defaults='{ frames = "1-9x2", width = 64, height = 36 }')
    scene = inspect(renderer, tmp_path, b"nothing")
    assert scene.frames == range(1, 10, 2)
    assert (scene.width, scene.height) == (64, 36)
    assert scene.warnings == (
        "“shot.toy” does not say its frames; 1-9x2 are assumed.",
        "“shot.toy” does not say its size; 64 × 36 pixels are assumed.",
    )


def test_without_defaults_it_is_unknown(tmp_path: Path) -> None:
    scene = inspect(toy(tmp_path), tmp_path, b"nothing")
    assert (scene.start, scene.end, scene.width, scene.height) == (None, None, None, None)
    assert "name the frames to render" in scene.warnings[0]
    assert "the size of its frames is not checked" in scene.warnings[1]


@pytest.mark.parametrize(
    "content", [b"start=9 end=1", b"start=1 end=99999999999", b"start=1 end=2000000", b"end=4"]
)
def test_a_range_that_cannot_be_is_not_believed(tmp_path: Path, content: bytes) -> None:
    scene = inspect(toy(tmp_path, scene=SCENE), tmp_path, content)
    assert scene.frames == range(0)


@given(st.binary(min_size=1))
def test_any_bytes_are_inspected(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("toy")
    assert inspect(toy(folder, scene=SCENE), folder, content).renderer == "toy"


def test_a_scene_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    renderer = toy(tmp_path)
    for scene, said in ((tmp_path / "gone.toy", "cannot be read"), (tmp_path, "cannot be read")):
        with pytest.raises(UserError, match=said):
            renderer.inspect(scene)
    with pytest.raises(UserError, match="is empty"):
        inspect(renderer, tmp_path, b"")


# --- the log ----------------------------------------------------------------------------------

PATTERNS = r"""
[patterns]
frame_started = ['^frame (?P<frame>-?\d+)', '^job (?P<nth>\d+)']
progress = ['(?P<percent>[-\d.]+)%(?: left (?P<seconds>[\d:.]+))?', 'tile (?P<n>\S+) of (?P<of>\S+)']
saved = 'wrote (?P<path>.+)'
frame_finished = 'done(?: in (?P<seconds>[\d:.]+))?'
run_finished = 'bye'
[[problem]]
pattern = 'odd: (?P<text>.*)'
code = "odd"
severity = "warning"
[[problem]]
pattern = 'odd|bad'
code = "bad"
"""


def test_lines_become_events(tmp_path: Path) -> None:
    listener = toy(tmp_path, PATTERNS).listen(job(), (0, 5))
    assert heard(
        listener,
        "job 1",
        "job 1",
        "50% left 1:30",
        "tile 3 of 4",
        "wrote /out/a b.png",
        "done in 2.5",
        "frame 5",
        "odd: one",
        "  bad thing ",
        "done",
        "bye now",
    ) == [
        FrameStarted(0),
        Progress(50.0, 0, 90.0),
        Progress(75.0, 0),
        FrameSaved("/out/a b.png", 0),
        FrameFinished(0, 2.5),
        FrameStarted(5),
        Problem("odd", "one", Severity.WARNING, 5),
        Problem("bad", "bad thing", Severity.ERROR, 5),
        FrameFinished(5),
        RunFinished("bye now"),
    ]


def test_a_single_frame_needs_no_mention(tmp_path: Path) -> None:
    listener = toy(tmp_path, PATTERNS).listen(job(), (12,))
    assert heard(listener, "50%", "done") == [Progress(50.0, 12), FrameFinished(12)]


def test_a_stray_log_has_the_frames_that_it_names(tmp_path: Path) -> None:
    listener = toy(tmp_path, PATTERNS).listen(None, ())
    assert heard(listener, "job 2", "50%", "done", "frame 3", "done") == [
        Progress(50.0),
        FrameStarted(3),
        FrameFinished(3),
    ]


@pytest.mark.parametrize(
    ("line", "percent"),
    [
        ("120%", 100.0),
        ("tile 9 of 3", 100.0),
        ("tile 1 of 0", None),
        ("tile 1 of inf", None),
        ("tile nan of 3", None),
        ("--%", None),
    ],
)
def test_nonsense_progress_is_bounded_or_ignored(
    tmp_path: Path, line: str, percent: float | None
) -> None:
    listener = toy(tmp_path, PATTERNS).listen(job(), (1,))
    expected = [] if percent is None else [Progress(percent, 1)]
    assert heard(listener, line) == expected


@given(
    st.lists(
        st.one_of(
            LINES,
            st.builds(
                "{}{}{}".format,
                st.sampled_from(["frame ", "job ", "tile ", "wrote ", "done in ", "odd: ", ""]),
                LINES,
                st.sampled_from(["", "%", " of 7", "% left 1:2:3"]),
            ),
        )
    ),
    st.sampled_from([(), (3,), (1, 2, 9)]),
)
def test_any_line_is_survived(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], frames: tuple[int, ...]
) -> None:
    listener = toy(tmp_path_factory.mktemp("toy"), PATTERNS).listen(None, frames)
    for event in heard(listener, *lines):
        if isinstance(event, Progress):
            assert 0 <= event.percent <= 100


def test_only_the_beginning_of_a_runaway_line_is_looked_at(tmp_path: Path) -> None:
    listener = toy(tmp_path, PATTERNS).listen(job(), (1,))
    assert heard(listener, "x" * 1_900 + " bye")
    assert not heard(listener, "x" * 2_000 + " bye")


def test_the_recorded_log_of_povray() -> None:
    lines = RECORDING.read_text("utf-8").splitlines()
    listener = CustomRenderer(POVRAY).listen(None, (4, 5))
    assert [event for _line, event in read_log(listener, lines)] == [
        FrameStarted(4),
        Progress(100 * 1024 / 14400, 4),
        Progress(100.0, 4),
        FrameFinished(4, 0.046),
        FrameStarted(5),
        RunFinished("POV-Ray finished"),
        Problem(
            "scene_warning",
            "File 'broken.pov' line 77: Possible Parse Error: Cannot find image file.",
            Severity.WARNING,
            5,
        ),
        Problem("renderer_error", "Cannot open file.", Severity.FATAL, 5),
    ]
