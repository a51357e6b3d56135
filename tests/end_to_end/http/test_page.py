"""The web page, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from chromium import Chromium, Page, find_chromium
from house import make_scene

from .conftest import Served


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    program = find_chromium()
    if program is None:
        pytest.skip("Chromium is not installed")
    with Chromium(program, tmp_path_factory.mktemp("chromium")) as running:
        yield running


def let_in(page: Page, served: Served, path: str = "/") -> None:
    """As a browser that was paired before."""
    headers = {"Authorization": f"Bearer {served.token}"}
    reply = httpx.post(f"{served.url}/pair", headers=headers, trust_env=False)
    assert reply.status_code == 204
    for name, value in reply.cookies.items():
        page.set_cookie(served.url, name, value)
    page.go(served.url + path)
    page.see(".top")


def assert_quiet(page: Page, served: Served) -> None:
    """Nothing in red, and nothing asked of another machine."""
    assert page.faults == []
    own = (served.url + "/", served.url.replace("http", "ws") + "/", "about:", "data:")
    assert [address for address in page.requests if not address.startswith(own)] == []


def test_a_browser_is_paired_by_the_token_alone(served: Served) -> None:
    wrong = {"Authorization": "Bearer wrong"}
    for headers in ({}, wrong):
        reply = httpx.post(f"{served.url}/pair", headers=headers, trust_env=False)
        assert reply.status_code == 401
        assert "set-cookie" not in reply.headers
    headers = {"Authorization": f"Bearer {served.token}", "Origin": "http://elsewhere"}
    assert httpx.post(f"{served.url}/pair", headers=headers, trust_env=False).status_code == 403
    del headers["Origin"]
    reply = httpx.post(f"{served.url}/pair", headers=headers, trust_env=False)
    assert (reply.status_code, reply.content) == (204, b"")
    cookies = dict(reply.cookies)
    assert served.token not in cookies.values()
    asked = httpx.get(f"{served.url}/api/tasks/", cookies=cookies, trust_env=False)
    assert asked.status_code == 200


def test_a_scene_from_the_link_to_its_pictures(
    browser: Chromium, served: Served, tmp_path: Path
) -> None:
    go = served.uploads / "live" / "live.go"
    scene = make_scene(tmp_path, "live", end=6, wait_at=3, width=64, height=36)
    page = browser.page()
    page.go(served.pairing_link)
    page.see("h2", "Nothing is queued")
    page.click("[data-new]")
    page.choose_file("dialog input[type=file]", scene)
    page.see("dialog b", "live.fake")
    page.write("dialog input[name=frames]", "1-5")
    page.click("dialog button.main", "Queue")
    page.see(".detail h2", "live")
    page.wait("document.querySelectorAll('.frame img').length === 2")
    page.run("window.isTheSame = true")
    go.touch()
    page.wait("document.querySelectorAll('.frame img').length === 5")
    page.see(".detail .state", "Completed")
    assert page.run("window.isTheSame"), "without the page being loaded again"
    page.click(".frame[data-index='1']")
    page.see("dialog.preview h2", "Frame 2")
    page.wait("document.querySelector('.stage img:not(.small)').naturalWidth === 64")
    page.press("ArrowRight")
    page.see("dialog.preview h2", "Frame 3")
    page.press("Escape")
    page.wait("!document.querySelector('dialog')")
    page.click("[role=tab]", "Log")
    page.see(".log pre", "frame 5")
    page.click("[data-verb=remove]")
    page.see("h2", "Nothing is queued")
    page.click(".toast button", "Undo")
    page.see("[role=option]", "live")
    assert_quiet(page, served)


def test_cancel_retry_and_priority_and_a_fault(
    browser: Chromium, served: Served, tmp_path: Path
) -> None:
    task = served.submit("verbs", {"seconds": 0.05, "end": 200})
    page = browser.page()
    let_in(page, served, f"/#task/{task['id']}")
    page.see(".detail .state", "Running")
    page.click("[data-verb=pause]")
    page.click("[data-verb=resume]")
    page.run(
        "document.querySelector('label.priority select').value = '9';"
        "document.querySelector('label.priority select').dispatchEvent(new Event('change'))"
    )
    page.see(f"#task-{task['id']} .priority", "9")
    page.click("[data-verb=cancel]")
    page.see(f"#task-{task['id']} .state", "Cancelled")
    page.wait("!document.querySelector('[data-verb=pause]')")
    served.wait(task["id"], lambda now: not now["runs"])
    page.click("[data-verb=retry]")
    page.see("[data-verb=pause]")
    page.click("[data-verb=cancel]")
    page.click("[data-new]")
    page.write("input[name=path]", str(tmp_path / "elsewhere.fake"))
    page.click("dialog .byname button")
    page.click("dialog button.main", "Queue")
    page.see("dialog .wrong", "elsewhere.fake")
    served.wait(task["id"], lambda now: now["status"] == "cancelled" and not now["runs"])


def test_both_languages_and_both_themes_on_a_phone(browser: Chromium, served: Served) -> None:
    task = served.submit("words", paused=True)
    page = browser.page(360, 780, language="zh-CN")
    page.dress("light")
    page.go(served.url)
    page.see("h1", "此浏览器尚未获准访问")
    page.write("input[name=token]", "wrong")
    page.click(".entry button")
    page.see(".wrong", "这不是此服务器的令牌")
    page.run("document.querySelector('input[name=token]').value = ''")
    page.write("input[name=token]", served.token)
    page.click(".entry button")
    page.see(f"#task-{task['id']} .state", "已暂停")
    light = page.run("getComputedStyle(document.documentElement).backgroundColor")
    page.click("[aria-label='浅色或深色']")
    assert page.run("getComputedStyle(document.documentElement).backgroundColor") != light
    page.click("[data-language=en]")
    page.see(f"#task-{task['id']} .state", "Paused")
    assert page.run("getComputedStyle(document.documentElement).backgroundColor") != light
    page.click(f"#task-{task['id']}")
    page.see(".detail .back")
    page.wait("!document.querySelector('.list').checkVisibility()")
    assert page.run("document.documentElement.scrollWidth") <= 360
    page.click(".detail .back")
    page.see(".list")


def test_ten_thousand_tasks_are_a_few_rows(browser: Chromium, served: Served) -> None:
    page = browser.page()
    let_in(page, served)
    page.see(".list")
    made = (
        "const template = [...store.tasks.values()][0];"
        "const many = Array.from({length: 10000}, (_, at) =>"
        " ({...template, id: 1000000 + at, name: `many ${at}`}));"
        "const began = performance.now();"
        "store.take({type: 'changes', tasks: many, removed: [], refilled: [], frames: []});"
        "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>"
        " done(performance.now() - began))));"
    )
    served.submit("template", paused=True)
    page.see("[role=option]")
    took = page.run(f"import('/web/tasks.js').then((store) => {{ {made} }})")
    assert took < 1000
    assert 0 < page.run("document.querySelectorAll('[role=option]').length") < 60
    page.write("input[type=search]", "many 9999")
    page.wait("document.querySelectorAll('[role=option]').length === 1")


def test_machines_are_switched_off_and_on(browser: Chromium, served: Served) -> None:
    page = browser.page()
    let_in(page, served)
    page.click("[data-machines]")
    page.see(".machines th", "local")
    page.click('[data-deed="local drain"]')
    page.see(".machines .state", "Off")
    (here,) = served.client.get("/api/machines").json()
    assert here["state"] == "off"
    page.click('[data-deed="local enable"]')
    page.see(".machines .state", "Idle")
    for hours, told in (("mon 3:00-3:01", "Mo 03:00-03:01"), ("always", "")):
        page.click('[data-deed="local hours"]')
        page.write(".machines small input", hours)
        page.press("Enter")
        page.wait(f"document.querySelector('.machines small')?.textContent === '{told}'")
    page.see(".machines .state", "Idle")
    page.press("Escape")
    page.wait("document.querySelector('.machines') === null")
    assert_quiet(page, served)


def test_the_description_of_the_api(browser: Chromium, served: Served) -> None:
    page = browser.page()
    page.go(f"{served.url}/docs")
    page.see("article#post_tasks h2", "/api/tasks/")
    page.see("article#post_tasks .example", "curl")
    page.see("article#get_tasks_task_frames dt", "offset")
    assert_quiet(page, served)


KEEP_SOCKET = (
    "window.WebSocket = class extends WebSocket {"
    " constructor(...asked) { super(...asked); window.stream = this; } }"
)


def test_a_connection_that_comes_back_with_a_new_snapshot(
    browser: Chromium, served: Served
) -> None:
    task = served.submit("stays", paused=True)
    page = browser.page()
    page.prepare(KEEP_SOCKET)
    let_in(page, served)
    page.see(f"#task-{task['id']}")
    ghost = "{...store.tasks.values().next().value, id: 999999, name: 'ghost'}"
    page.run(
        "import('/web/tasks.js').then((store) => store.take({type: 'changes',"
        f" tasks: [{ghost}], removed: [], refilled: [], frames: []}}))"
    )
    page.see("#task-999999", "ghost")
    page.run("stream.close()")
    page.see(".banner", "lost")
    page.wait("document.querySelector('.banner').hidden")
    page.wait("!document.querySelector('#task-999999')")
    page.see(f"#task-{task['id']}", "stays")


def test_the_terms_of_a_task_are_chosen_on_the_page_and_checked(
    browser: Chromium, served: Served, tmp_path: Path
) -> None:
    served.client.patch("/api/settings", json={"settings": {"limits": "gpu_gb=24/machine"}})
    page = browser.page()
    let_in(page, served)
    page.click("[data-new]")
    page.choose_file("dialog input[type=file]", make_scene(tmp_path, "needy", end=1))
    page.click("dialog summary", "More")
    page.write("dialog input[name=needs]", "gpu")
    page.click("dialog button.main", "Queue")
    page.see("dialog .wrong", "There is no limit called gpu. There are: gpu_gb.")
    page.write("dialog input[name=needs]", "_gb=8")
    page.run("document.querySelector('dialog [name=frame_order]').value = 'ends_first'")
    page.write("dialog input[name=approve_after]", "3")
    page.click("dialog button.main", "Queue")
    page.see(".detail h2", "needy")
    page.click("[role=tab]", "Details")
    page.see(".detail dd", "gpu_gb=8")
    page.see(".detail dd", "First, middle and last, then the others")
    page.see(".detail dd", "3 frames")
    served.client.patch("/api/settings", json={"settings": {"limits": ""}})


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
def test_a_movie_is_made(browser: Chromium, served: Served) -> None:
    made = served.submit("filmed_on_page", frames="1-3")
    served.wait_for_end(made["id"])
    page = browser.page()
    let_in(page, served)
    page.click("[role=option]", "filmed_on_page")
    page.click("[data-verb=movie]")
    page.see(".toast", "The movie is being made, beside the frames.")
    assert_quiet(page, served)
