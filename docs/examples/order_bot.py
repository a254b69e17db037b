# SPDX-License-Identifier: GPL-3.0-or-later
"""A service of its own that takes orders, for orders.yaml: python3 order_bot.py WS_URL (Debian: python3-websockets)."""
import asyncio
import json
import os
import sys

import websockets


async def main(url):
    headers = {}
    if os.environ.get("TRUNKLINE_TOKEN"):
        headers["Authorization"] = "Bearer " + os.environ["TRUNKLINE_TOKEN"]
    orders = {}
    name = "additional_headers" if int(websockets.__version__.split(".")[0]) >= 14 else "extra_headers"
    async with websockets.connect(url + "?user_id=order_bot", **{name: headers}) as socket:
        async for text in socket:
            message = json.loads(text)

            async def reply(data, final):
                await socket.send(json.dumps({"correlation_id": message["correlation_id"], "data": data, "is_final": final}))
            if message.get("type") == "order":
                name = "o-%d" % (len(orders) + 1)
                await reply({"state": "checking", "item": message["item"]}, False)
                orders[name] = "accepted"
                await reply({"state": "accepted", "order": name}, True)
            else:
                await reply({"state": orders.get(message.get("order"), "unknown")}, True)


asyncio.run(main(sys.argv[1]))
