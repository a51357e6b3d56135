"""The API of Render Manager from Python, on this computer or another one.

It stands alone: it needs httpx and nothing else of Render Manager.

    from render_manager.client import Client

    with Client("http://127.0.0.1:8787", token) as manager:
        task = manager.submit("/scenes/shot.blend", frames="1-24")
        for status in manager.watch(task["id"]):
            print(status["status"], status["progress_percentage"])

`AsyncClient` has the same methods, to be awaited.
"""

from render_manager.client.asynchronous import AsyncClient
from render_manager.client.errors import ApiError, NoAnswerError
from render_manager.client.synchronous import Client

__all__ = ["ApiError", "AsyncClient", "Client", "NoAnswerError"]
