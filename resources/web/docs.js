// SPDX-License-Identifier: GPL-3.0-or-later
"use strict";
// Shows /openapi.json, and asks the hub what it describes.

let api = {};

const resolved = (thing) => thing?.$ref ? thing.$ref.split("/").slice(1).reduce((at, name) => at[name], api) : thing;
const nameOf = (schema) => schema?.$ref?.split("/").at(-1) || "";

/** CommonMark as far as descriptions use it: `code` in backticks. */
const prose = (text) => element("p", {}, ...text.split("`").map((piece, index) => index % 2 ? element("code", {}, piece) : piece));

/** A schema as a person would write its value down. */
function outline(schema, indent = "", depth = 0) {
  const named = nameOf(schema);
  const one = resolved(schema) || {};
  if (depth > 5) return named || "…";
  if ("const" in one) return JSON.stringify(one.const);
  if (one.enum) return one.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (one.allOf) return one.allOf.map((part) => outline(part, indent, depth + 1)).join("\n" + indent + "and ");
  if (one.anyOf || one.oneOf) return (one.anyOf || one.oneOf).map((part) => outline(part, indent, depth + 1)).join("\n" + indent + "or ");
  if (one.type === "array") return "[" + outline(one.items || {}, indent, depth + 1) + ", …]";
  if (!one.properties) return [].concat(one.type || "any value").join(" or ") + (named ? ` (${named})` : "");
  const deeper = indent + "  ";
  const lines = Object.entries(one.properties).map(([name, part]) => {
    const note = resolved(part)?.description || part.description;
    const optional = (one.required || []).includes(name) ? "" : "?";
    return `${deeper}${JSON.stringify(name)}${optional}: ${outline(part, deeper, depth + 1)}${note ? "      // " + note.replaceAll("`", "") : ""}`;
  });
  return "{\n" + lines.join("\n") + "\n" + indent + "}";
}

/** What any request may be answered with stands in one row, `default`. */
function responseRows(operation) {
  return Object.entries(operation.responses).filter(([status, given]) => status === "default" || !given.$ref).map(([status, given]) => {
    const response = resolved(given);
    const types = Object.entries(response.content || {}).map(([type, {schema}]) => type + (nameOf(schema) ? `: ${nameOf(schema)}` : ""));
    types.push(...Object.keys(response.headers || {}).filter((name) => name !== "X-Request-ID"));
    return element("tr", {}, element("td", {class: "status-" + status[0]}, status),
      element("td", {}, prose(response.description), types.length ? element("span", {class: "muted mono"}, types.join(", ")) : null));
  });
}

function schemaBlock(title, schema) {
  return element("div", {}, element("h3", {}, title + (nameOf(schema) ? `: ${nameOf(schema)}` : "")),
    element("pre", {class: "code"}, outline(schema)));
}

/** The form that asks the hub, and its answer as it comes. */
function tryBlock(path, method, operation) {
  const parameters = ownParameters(operation).map((parameter) => {
    const input = element("input", {id: `${operation.operationId}.${parameter.name}`, value: parameter.example || "", spellcheck: "false"});
    return {...parameter, input, field: element("div", {}, element("label", {for: input.id}, parameter.name + (parameter.required ? "" : " (optional)")), input)};
  });
  const [type, body] = Object.entries(operation.requestBody?.content || {})[0] || [];
  const text = body && element("textarea", {rows: 5, "aria-label": "Body", spellcheck: "false"},
    typeof body.example === "string" ? body.example : JSON.stringify(body.example, null, 2));
  const status = element("span", {class: "mono", role: "status"});
  const stop = element("button", {type: "button", hidden: true}, "Stop");
  const output = element("pre", {class: "code", hidden: true, tabIndex: 0});
  const run = element("button", {class: "primary"}, "Ask the hub");
  const form = element("form", {class: "try"}, parameters.length ? element("div", {class: "parameters"}, parameters.map((one) => one.field)) : null,
    text || null, element("div", {class: "row"}, run, stop, status), output);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const controller = new AbortController();
    stop.onclick = () => controller.abort();
    stop.hidden = false;
    output.hidden = false;
    output.textContent = "";
    status.textContent = "asking";
    try {
      await ask(targetOf(path, parameters), method, type, text?.value, controller.signal, status, output);
    } catch (error) {
      status.textContent += controller.signal.aborted ? ", stopped" : ` failed: ${error.message}`;
    }
    stop.hidden = true;
  });
  return form;
}

/** Without the header fields that any request may have. */
function ownParameters(operation) {
  return (operation.parameters || []).filter((one) => !one.$ref);
}

function targetOf(path, parameters) {
  const query = new URLSearchParams();
  for (const {name, in: where, input} of parameters) {
    if (where === "path") path = path.replace(`{${name}}`, encodeURIComponent(input.value));
    else if (where === "query" && input.value) query.set(name, input.value);
  }
  return path + (query.size ? "?" + query : "");
}

async function ask(target, method, type, body, signal, status, output) {
  bearerToken = byId("token").value.trim();
  const started = performance.now();
  const headers = body === undefined ? {} : {"Content-Type": type === "*/*" ? "text/plain" : type};
  const response = await askHub(target, {method, headers, body, signal});
  const contentType = response.headers.get("Content-Type") || "";
  status.textContent = `${response.status} in ${milliseconds(performance.now() - started)}`;
  status.className = "mono status-" + String(response.status)[0];
  if (contentType.startsWith("text/event-stream")) {
    for await (const {data} of eventsOf(response)) output.append(`+${milliseconds(performance.now() - started)}  ${data}\n`);
    status.textContent += ", ended";
  } else {
    const text = await response.text();
    output.textContent = pretty(text).slice(0, 200000) || "(no body)";
  }
}

function operationBlock(path, method, operation) {
  const role = (operation.security || []).flatMap((one) => one.bearer || [])[0];
  const always = operation.security && !operation.security.some((one) => Object.keys(one).length === 0);
  const summary = element("summary", {}, element("span", {class: "method " + method}, method.toUpperCase()), element("code", {}, path),
    element("span", {class: "grow"}, operation.summary), role ? element("span", {class: "lock", title: always ? "A token is wanted always" : "A token is wanted once AUTH_TOKENS is set"}, role) : null);
  const block = element("details", {class: "operation", id: operation.operationId}, summary);
  block.addEventListener("toggle", () => {                // made when it is looked at
    if (!block.open || block.childElementCount > 1) return;
    const body = Object.values(operation.requestBody?.content || {})[0];
    const answer = Object.values(operation.responses["200"]?.content || {}).find(({schema}) => nameOf(schema));
    block.append(element("div", {class: "inside"},
      operation.description ? prose(operation.description) : null,
      ownParameters(operation).some((one) => one.description) ? element("div", {}, element("h3", {}, "Parameters"), element("table", {},
        ownParameters(operation).map((one) => element("tr", {}, element("td", {}, one.name), element("td", {}, prose(one.description || "")))))) : null,
      body && nameOf(body.schema) ? schemaBlock("Body", body.schema) : null,
      operation["x-websocket"] ? [schemaBlock("You receive", operation["x-websocket"].receive), schemaBlock("You may send", operation["x-websocket"].send)] : null,
      operation["x-sse"] ? schemaBlock("Each event", operation["x-sse"].data) : null,
      Object.entries(operation["x-sse"]?.events || {}).map(([type, schema]) => schemaBlock(`An event of type ${type}`, schema)),
      answer ? schemaBlock("Answer", answer.schema) : null,
      element("div", {}, element("h3", {}, "Responses"), element("table", {}, responseRows(operation))),
      operation["x-websocket"] ? element("p", {}, element("a", {href: "./"}, "Try it in the playground")) : tryBlock(path, method.toUpperCase(), operation)));
  });
  return block;
}

async function showApi() {
  const main = byId("operations");
  try {
    api = await (await askHub("/openapi.json")).json();
  } catch (error) {
    main.replaceChildren(element("p", {class: "notice failed"}, "The hub did not give its API: " + error.message));
    return;
  }
  byId("version").textContent = api.info.version;
  const tags = new Map(api.tags.map(({name, description}) => [name, {description, operations: []}]));
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(methods))
      if (method !== "head") tags.get(operation.tags[0]).operations.push([path, method, operation]);
  const used = [...tags].filter(([, {operations}]) => operations.length);
  main.replaceChildren(...used.map(([name, {description, operations}]) => element("section", {class: "tag"},
    element("h2", {}, name), element("p", {class: "muted"}, description), operations.map((one) => operationBlock(...one)))));
  byId("contents").replaceChildren(...used.flatMap(([name, {operations}]) => [element("h2", {}, name), ...operations.map(([path, method, operation]) =>
    element("a", {href: "#" + operation.operationId}, element("span", {class: "method " + method}, method.toUpperCase()), path))]));
  main.setAttribute("aria-busy", "false");
  const openNamed = () => { const block = byId(location.hash.slice(1)); if (block?.tagName === "DETAILS") { block.open = true; block.scrollIntoView(); } };
  addEventListener("hashchange", openNamed);
  openNamed();
}

startTheme();
byId("token-form").addEventListener("submit", (event) => event.preventDefault());
showApi();
