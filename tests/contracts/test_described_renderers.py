"""Every renderer that ships as a TOML file keeps the contract of renderers, on all systems' places."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render_manager.base.errors import UserError
from render_manager.base.paths import resource
from render_manager.base.settings import Settings
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
from render_manager.renderers.catalog import Catalog
from render_manager.renderers.custom import CustomRenderer
from render_manager.renderers.described.programs import find_programs
from render_manager.renderers.renderer import Installation, Renderer, read_log
from render_manager.service.health import absent_text, examine

FILES = sorted(resource("renderers").glob("*.toml"))
OURS = {file.stem: CustomRenderer(file) for file in FILES}
NEEDED = {"aftereffects": {"comp": "Main 合成 “1”"}}
FRAMES = st.lists(st.integers(0, 9999), unique=True, max_size=40).map(lambda n: tuple(sorted(n)))

PLACES = [
    ("cinema4d", "C:/Program Files/Maxon Cinema 4D 2024/Commandline.exe", "2024"),
    ("cinema4d", "C:/Program Files/MAXON/CINEMA 4D R20/Commandline.exe", "20"),
    (
        "cinema4d",
        "/Applications/Maxon Cinema 4D 2024/Commandline.app/Contents/MacOS/Commandline",
        "2024",
    ),
    ("cinema4d", "/opt/maxon/cinema4d/20.000/bin/c4d_clr", "20.000"),
    (
        "houdini",
        "C:/Program Files/Side Effects Software/Houdini 20.5.370/bin/hython.exe",
        "20.5.370",
    ),
    (
        "houdini",
        "/Applications/Houdini/Houdini20.5.370/Frameworks/Houdini.framework/Versions/Current"
        "/Resources/bin/hython",
        "20.5.370",
    ),
    ("houdini", "/opt/hfs20.5/bin/hython", "20.5"),
    ("husk", "C:/Program Files/Side Effects Software/Houdini 20.5.370/bin/husk.exe", "20.5.370"),
    (
        "husk",
        "/Applications/Houdini/Houdini20.5.370/Frameworks/Houdini.framework/Versions/Current"
        "/Resources/bin/husk",
        "20.5.370",
    ),
    ("husk", "/opt/hfs20.5/bin/husk", "20.5"),
    ("nuke", "C:/Program Files/Nuke16.0v1/Nuke16.0.exe", "16.0v1"),
    ("nuke", "/Applications/Nuke16.0v1/Nuke16.0v1.app/Contents/MacOS/Nuke16.0", "16.0v1"),
    ("nuke", "/usr/local/Nuke16.0v1/Nuke16.0", "16.0v1"),
    (
        "aftereffects",
        "C:/Program Files/Adobe/Adobe After Effects 2025/Support Files/aerender.exe",
        "2025",
    ),
    ("aftereffects", "/Applications/Adobe After Effects 2025/aerender", "2025"),
    ("kick", "C:/Program Files/Autodesk/Arnold/maya2025/bin/kick.exe", None),
    ("kick", "/Applications/Autodesk/Arnold/mtoa/2025/bin/kick", None),
    ("kick", "/opt/autodesk/arnold/maya2025/bin/kick", None),
]


def job_for(name: str, scene: SceneInfo | None = None, **options: Any) -> RenderJob:
    renderer = OURS[name]
    extra = {**NEEDED.get(name, {}), **options.pop("extra", {})}
    return RenderJob(
        f"/the scenes/it's “一个” 'shot'{renderer.suffixes[0]}",
        name,
        "镜头 it's 1%d",
        "/the frames/“渲染” 'out'",
        RenderOptions(extra=extra, **options),
        scene,
    )


def argv(name: str, *frames: int, **options: Any) -> tuple[str, ...]:
    place = Installation(name, Path("/the programs/run"), None, "test")
    return OURS[name].command(job_for(name, **options), frames, place).argv


def heard(name: str, frames: tuple[int, ...], *lines: str) -> list[LogEvent]:
    listener = OURS[name].listen(job_for(name), frames)
    return [event for _line, event in read_log(listener, lines)]


# --- the contract -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_each_is_a_renderer_that_says_that_nobody_has_run_it(name: str, tmp_path: Path) -> None:
    renderer = OURS[name]
    assert isinstance(renderer, Renderer)
    assert renderer.name == name
    scene = tmp_path / f"a{renderer.suffixes[0]}"
    scene.write_bytes(b"\x00\x01binary")
    assert any("nobody has run it here yet" in said for said in renderer.inspect(scene).warnings)


@pytest.mark.parametrize("name", OURS)
@given(frames=FRAMES)
def test_each_takes_the_pieces_that_it_splits_into(name: str, frames: tuple[int, ...]) -> None:
    pieces = OURS[name].split(job_for(name), frames)
    assert [frame for piece in pieces for frame in piece] == list(frames)
    for piece in pieces:
        arguments = argv(name, *piece)
        assert arguments[0] == str(Path("/the programs/run"))
        assert any(job_for(name).project_file in argument for argument in arguments)


@pytest.mark.parametrize("name", OURS)
def test_each_says_its_files_or_hears_them(name: str) -> None:
    place = Installation(name, Path("/run"), None, "test")
    command = OURS[name].command(job_for(name), (7,), place)
    if command.outputs:
        (path,) = command.outputs[7]
        assert path.is_relative_to(job_for(name).output_dir)
        assert "0007." in path.name
    else:
        assert name in {"nuke", "houdini"}


@pytest.mark.parametrize("name", OURS)
@given(lines=st.lists(st.text(max_size=200)), frames=FRAMES)
def test_each_survives_any_line(name: str, lines: list[str], frames: tuple[int, ...]) -> None:
    heard(name, frames, *lines)


# --- the command lines ------------------------------------------------------------------------


def test_cinema_4d_is_given_a_range_with_its_step() -> None:
    assert argv("cinema4d", 1, 3, 5, extra={"take": "Night 2"}, width=640, height=360) == (
        str(Path("/the programs/run")),
        "-nogui",
        "-render",
        "/the scenes/it's “一个” 'shot'.c4d",
        *("-frame", "1", "5", "2"),
        "-oimage",
        str(Path("/the frames/“渲染” 'out'/镜头 it's 1%d")),
        *("-oformat", "PNG"),
        *("-oresolution", "640", "360"),
        *("-take", "Night 2"),
    )
    assert OURS["cinema4d"].split(job_for("cinema4d"), (1, 2, 4, 7)) == [(1, 2), (4, 7)]


def test_cinema_4d_saves_passes_only_if_asked() -> None:
    asked = argv("cinema4d", 1, extra={"multipass": "passes"})
    assert asked[asked.index("-omultipass") + 1].endswith("_passes")
    assert "-omultipass" not in argv("cinema4d", 1)


def test_nuke_is_given_each_stretch_of_frames_by_itself() -> None:
    arguments = argv("nuke", 1, 2, 3, 7, 9, 10, extra={"write": "Write1"})
    assert arguments[1:] == (
        *("-V", "2", "-x", "-X", "Write1"),
        *("-F", "1-3", "-F", "7", "-F", "9-10"),
        "/the scenes/it's “一个” 'shot'.nk",
    )
    assert "-X" not in argv("nuke", 1)


def test_after_effects_is_told_composition_frames_and_file() -> None:
    arguments = argv("aftereffects", 10, 12)
    assert arguments[3:11] == ("-comp", "Main 合成 “1”", "-s", "10", "-e", "12", "-i", "2")
    assert arguments[arguments.index("-output") + 1].endswith("镜头 it's 1%d_[####].tif")
    assert arguments[-2:] == ("-close", "DO_NOT_SAVE_CHANGES")


def test_after_effects_does_not_guess_the_composition() -> None:
    with pytest.raises(UserError, match="must be told the option “comp”"):
        argv("aftereffects", 1, extra={"comp": ""})


@pytest.mark.parametrize(("offered", "taken"), [(("Only",), "Only"), (("A", "B"), None)])
def test_a_scenes_only_composition_is_taken(offered: tuple[str, ...], taken: str | None) -> None:
    scene = SceneInfo("aftereffects", choices={"comp": offered})
    job = RenderJob("/a.aepx", "aftereffects", "a", "/out", RenderOptions(), scene)
    place = Installation("aftereffects", Path("/run"), None, "test")
    if taken:
        assert taken in OURS["aftereffects"].command(job, (1,), place).argv
    else:
        with pytest.raises(UserError, match=r"The scene has: A, B\."):
            OURS["aftereffects"].command(job, (1,), place)


def test_husk_is_given_a_count_and_a_name_with_its_own_number() -> None:
    arguments = argv("husk", 5, 7, 9, camera="/cams/main")
    assert arguments[1:7] == ("--frame", "5", "--frame-count", "3", "--frame-inc", "2")
    assert arguments[8].endswith("镜头 it's 1%d.$F4.exr")
    assert arguments[9:12] == ("--make-output-path", "--camera", "/cams/main")


def test_kick_renders_a_single_picture() -> None:
    arguments = argv("kick", 12, width=64, height=32)
    assert arguments[arguments.index("-o") + 1].endswith(".0012.exr")
    assert arguments[arguments.index("-r") + 1 :][:2] == ("64", "32")
    assert OURS["kick"].split(job_for("kick"), (1, 2)) == [(1,), (2,)]


def test_hython_runs_our_script() -> None:
    arguments = argv("houdini", -3, 1, extra={"rop": "/out/karma"})
    assert Path(arguments[1]) == resource("renderers", "houdini_rop.py")
    assert arguments[2:] == (
        "--scene=/the scenes/it's “一个” 'shot'.hip",
        "--frames=-3,1",
        "--rop=/out/karma",
    )


# --- the lines of their logs ------------------------------------------------------------------


def test_nukes_files_belong_to_the_frame_that_is_named_after_them() -> None:
    events = heard(
        "nuke",
        (1001, 1002),
        "Writing /r/a v003.1001.exr took 0.21 seconds",
        "Writing /r/b.exr took 1.5 seconds",
        "Frame 1001 (1 of 2)",
        "Writing /r/a v003.1002.exr took 0.21 seconds",
        "Frame 1002 (2 of 2)",
        "Total render time: 0.42 seconds",
    )
    assert events == [
        FrameSaved("/r/a v003.1001.exr", 1001),
        FrameSaved("/r/b.exr", 1001),
        FrameFinished(1001),
        FrameSaved("/r/a v003.1002.exr", 1002),
        FrameFinished(1002),
        RunFinished("Total render time: 0.42 seconds"),
    ]


def test_a_file_that_nuke_names_last_is_not_lost() -> None:
    line = "Writing /r/a.1.exr took 0.21 seconds"
    assert heard("nuke", (1,), line) == [FrameSaved("/r/a.1.exr", 1)]
    assert heard("nuke", (1, 2), line) == [FrameSaved("/r/a.1.exr", None)]


def test_after_effects_counts_its_frames_from_one() -> None:
    events = heard(
        "aftereffects",
        (10, 12),
        "PROGRESS:  Frame Rate: 60.00 (comp)",
        "PROGRESS:  0:00:00:10 (1): 0 Seconds",
        "PROGRESS:  0:00:00:12 (2): 3 Seconds",
        'PROGRESS:  8/26/2026 1:09:51 AM: Finished composition "C0233".',
    )
    assert events[:2] == [FrameFinished(10, 0.0), FrameFinished(12, 3.0)]
    assert isinstance(events[2], RunFinished)


def test_cinema_4ds_frames_progress_and_end_are_heard() -> None:
    assert heard(
        "cinema4d",
        (4, 5),
        "Rendering frame 4 at <Mon>",
        "Progress: 37%",
        "Progress: 104%",
        "Rendering successful: 12.3 sec.",
    ) == [
        FrameStarted(4),
        Progress(37.0, 4),
        Progress(100.0, 4),
        RunFinished("Rendering successful: 12.3 sec."),
    ]


def test_husks_progress_belongs_to_its_frame() -> None:
    lines = ("21:17:04  rop_usdrender frame 5", "ALF_PROGRESS 5%", "ALF_PROGRESS 62.0833")
    assert heard("husk", (5, 6), *lines) == [
        FrameStarted(5),
        Progress(5.0, 5),
        Progress(62.0833, 5),
    ]


def test_kick_names_its_files_and_an_aborted_render_is_no_evidence() -> None:
    events = heard(
        "kick",
        (12,),
        "00:00:04   509MB         |    45% done - 53 rays/pixel",
        "00:00:05   509MB WARNING |  render terminating early:  received abort signal",
        "00:00:05   509MB         | [driver_exr] writing file `/r/a b.0012.exr'",
    )
    assert events[0] == Progress(45.0, 12)
    assert isinstance(events[1], Problem)
    assert events[1].severity is Severity.FATAL
    assert events[2] == FrameSaved("/r/a b.0012.exr", 12)


@pytest.mark.parametrize(
    ("name", "line", "code"),
    [
        ("cinema4d", "Rendering failed: Asset missing", "missing_file"),
        ("houdini", "No licenses could be found to run this application", "no_license"),
        ("nuke", "A license for nuke was not found", "no_license"),
        ("aftereffects", "aerender ERROR: No comp was found with the given name.", "bad_option"),
        ("nuke", "[18:41.54] ERROR: CopyCat1: No valid or writable data directory.", "error"),
        ("aftereffects", "aerender ERROR An existing connection was closed", "renderer_error"),
        ("kick", "[rlm] error initializing license system", "no_license"),
        (
            "husk",
            "terminate called after throwing an instance of 'std::bad_alloc'",
            "out_of_memory",
        ),
    ],
)
def test_what_went_wrong_is_put_in_words(name: str, line: str, code: str) -> None:
    (problem,) = heard(name, (1,), line)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert problem.cause
    assert problem.advice


# --- where they are ---------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for the roots of the three systems' disks, and nothing is on PATH."""
    folder = tmp_path / "disk"

    def find(candidates: Iterable[str], here: Path) -> dict[Path, str]:
        absolute = [each.replace("C:", "") for each in candidates if each.startswith(("/", "C:"))]
        return find_programs([f"{folder}{each}" for each in absolute], here)

    monkeypatch.setattr("render_manager.renderers.custom.find_programs", find)
    return folder


def install(root: Path, place: str) -> Path:
    program = Path(f"{root}{place.replace('C:', '')}")
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_bytes(b"")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(("name", "place", "version"), PLACES)
def test_each_is_found_where_it_is_installed_by_default(
    root: Path, name: str, place: str, version: str | None
) -> None:
    program = install(root, place)
    (found,) = OURS[name].installations()
    assert (found.executable, found.version) == (program, version)


def test_the_newest_is_taken(root: Path) -> None:
    for version in ("9.0v1", "16.0v1", "15.2v10"):
        install(root, f"/usr/local/Nuke{version}/Nuke{version.partition('v')[0]}")
    versions = [found.version for found in OURS["nuke"].installations()]
    assert versions == ["16.0v1", "15.2v10", "9.0v1"]


def test_doctor_names_those_that_are_not_here_in_one_line(root: Path, settings: Settings) -> None:
    install(root, "/usr/local/Nuke16.0v1/Nuke16.0")
    health = examine(settings, Catalog(settings))
    assert health.problems == ()
    assert absent_text(health.renderers) == (
        "Not installed here: After Effects, Cinema 4D, Houdini, Houdini husk, Arnold kick."
    )
    (nuke,) = [each for each in health.renderers if each.name == "nuke"]
    assert nuke.proof == "Nuke is driven from documentation: nobody has run it here yet."


def test_a_file_of_the_users_takes_the_place_of_ours(settings: Settings) -> None:
    settings.custom_renderers_dir.mkdir(parents=True)
    text = resource("renderers", "nuke.toml").read_text("utf-8")
    mine = settings.custom_renderers_dir / "nuke.toml"
    mine.write_text(text.replace('title = "Nuke"', 'title = "Our Nuke"'), "utf-8")
    catalog = Catalog(settings)
    assert catalog.problems == ()
    assert catalog.get("nuke").title == "Our Nuke"


def test_scenes_go_to_their_renderers(settings: Settings) -> None:
    catalog = Catalog(settings)
    for name, renderer in OURS.items():
        for ending in renderer.suffixes:
            assert catalog.for_scene(Path(f"a{ending.upper()}")).name == name
