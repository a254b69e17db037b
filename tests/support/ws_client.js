// SPDX-License-Identifier: GPL-3.0-or-later
// A user made with Node's `ws`: prints one JSON line for each thing that happens, answers requests when told to.
//   node ws_client.js URL [--echo]      events: {"open":true} {"message":"…"} {"close":CODE,"reason":"…"} {"error":"…"}
'use strict';
const WebSocket = require('ws');

const [url, mode] = process.argv.slice(2);
const socket = new WebSocket(url);
const say = (event) => process.stdout.write(JSON.stringify(event) + '\n');

socket.on('open', () => say({ open: true }));
socket.on('unexpected-response', (request, response) => {
    say({ refused: response.statusCode });
    process.exit(0);
});
socket.on('message', (data, isBinary) => {
    const text = data.toString('utf8');
    say({ message: text, binary: Boolean(isBinary) });
    if (mode !== '--echo')
        return;
    const request = JSON.parse(text);
    socket.send(JSON.stringify({ correlation_id: request.correlation_id, part: 1 }));
    socket.send(JSON.stringify({ type: 'final_response', correlation_id: request.correlation_id, echo: request.message }));
});
socket.on('close', (code, reason) => say({ close: code, reason: String(reason) }));
socket.on('error', (error) => say({ error: error.message }));
process.stdin.on('data', () => socket.close(1000));
process.stdin.on('end', () => socket.close(1000));
