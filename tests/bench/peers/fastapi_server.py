#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hub's routes the way a FastAPI user would write them, as a peer for compare.sh.

    /usr/bin/python3 fastapi_server.py --port 0 --ready-file FILE
"""
import argparse
import asyncio
import json
import os
import re
import socket
import uuid
from typing import Any, Dict, List, Optional

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

PUBLIC_ACCOUNTS = {"ci_bot", "email_bot", "notification_bot", "system_bot"}
MENTION = re.compile(r"@([A-Za-z0-9_]+)")
RESPONSE_TIMEOUT = 30.0

app = FastAPI(docs_url=None, redoc_url=None)
sessions: Dict[str, List[WebSocket]] = {}
streams: Dict[str, "asyncio.Queue[dict]"] = {}


class Message(BaseModel):
    user_id: str
    data: Dict[str, Any]
    event_type: Optional[str] = None
    event_id: Optional[str] = None
    timestamp: Optional[float] = None


def target_of(message: Message) -> str:
    """The first public account that the text mentions, else the user named."""
    for member in ("message", "text", "data", "content", "body"):
        text = message.data.get(member)
        if isinstance(text, str):
            for name in MENTION.findall(text):
                if name in PUBLIC_ACCOUNTS:
                    return name
            break
    return message.user_id


def outgoing(message: Message) -> dict:
    data = dict(message.data)
    data["user_id"] = message.user_id
    data["original_sender"] = {"user_id": message.user_id, "timestamp": data.get("timestamp")}
    data.setdefault("correlation_id", str(uuid.uuid4()))
    return data


async def deliver(target: str, data: dict) -> bool:
    found = sessions.get(target)
    if not found:
        return False
    text = json.dumps(data)
    for session in list(found):
        await session.send_text(text)
    return True


@app.websocket("/ws")
async def websocket(session: WebSocket, user_id: str):
    await session.accept()
    sessions.setdefault(user_id, []).append(session)
    try:
        while True:
            reply = json.loads(await session.receive_text())
            queue = streams.get(reply.get("correlation_id"))
            if queue is not None:
                queue.put_nowait(reply)
    except WebSocketDisconnect:
        pass
    finally:
        sessions[user_id].remove(session)
        if not sessions[user_id]:
            del sessions[user_id]


@app.post("/sse/push")
async def push(message: Message):
    if await deliver(target_of(message), outgoing(message)):
        return {"status": "success", "message": "Message delivered"}
    return {"status": "partial", "message": "User not connected"}


@app.post("/sse/push/batch")
async def batch(messages: List[Message]):
    results = []
    for index, message in enumerate(messages):
        success = await deliver(target_of(message), outgoing(message))
        results.append({"index": index, "user_id": message.user_id, "success": success})
    return {"results": results}


@app.post("/sse/send")
async def send(message: Message):
    data = outgoing(message)
    correlation = data["correlation_id"]

    async def events():
        queue = streams[correlation] = asyncio.Queue()
        try:
            if not await deliver(target_of(message), data):
                yield event({"error": "User not connected", "correlation_id": correlation})
                return
            while True:
                reply = await asyncio.wait_for(queue.get(), RESPONSE_TIMEOUT)
                yield event(reply)
                if reply.get("is_final"):
                    return
        except asyncio.TimeoutError:
            yield event({"error": "Timeout waiting for response", "correlation_id": correlation})
        finally:
            del streams[correlation]

    return StreamingResponse(events(), media_type="text/event-stream",
                             headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})


def event(data: dict) -> str:
    return f"data: {json.dumps(data)}\n\n"


@app.get("/health")
async def health():
    return {"status": "healthy", "connections": len(sessions)}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--ready-file")
    options.add_argument("--ping", type=float, default=30, help="seconds between two pings")
    options = options.parse_args()
    # With the protocol named, asyncio sets TCP_NODELAY on what it accepts; else each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    listener.listen(4096)                   # accepted once uvicorn's loop runs; until then they wait

    @app.on_event("startup")
    async def announce() -> None:
        if options.ready_file:
            with open(options.ready_file + ".new", "w", encoding="utf-8") as file:
                json.dump({"pid": os.getpid(), "port": listener.getsockname()[1]}, file)
            os.rename(options.ready_file + ".new", options.ready_file)

    # The defaults but for access logs: uvloop and httptools where Debian's packages are there, else asyncio and h11.
    config = uvicorn.Config(app, access_log=False, log_level="warning", backlog=4096, ws="websockets",
                            ws_ping_interval=options.ping, ws_ping_timeout=10)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main()
