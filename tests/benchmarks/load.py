"""One load generator for every server: `python -m tests.benchmarks.load URL PATH TOKEN SECONDS`.

Sixteen connections ask the same question again and again; a connection is kept if the server keeps
it. Prints requests a second and the latencies, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

CONNECTIONS = 16


async def ask(host: str, port: int, request: bytes, until: float, seconds: list[float]) -> None:
    reader = writer = None
    while time.perf_counter() < until:
        began = time.perf_counter()
        if writer is None or reader is None:
            reader, writer = await asyncio.open_connection(host, port)
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
        seconds.append(time.perf_counter() - began)
        if b"connection: close" in head:
            writer.close()
            reader = writer = None


async def main(url: str, path: str, token: str, duration: float) -> None:
    host, _colon, port = url.removeprefix("http://").partition(":")
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", f"Authorization: Bearer {token}"]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    seconds: list[float] = []
    until = time.perf_counter() + duration
    await asyncio.gather(
        *(ask(host, int(port), request, until, seconds) for _ in range(CONNECTIONS))
    )
    print(json.dumps({"rate": len(seconds) / duration, "seconds": seconds}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])))
