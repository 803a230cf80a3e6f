// One HTTP request and its answer, in the manner of Audiobookshelf's web framework.

import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";

const NOT_CACHEABLE = 300;

export class BadBody extends Error {}
export class TooLarge extends Error {}

function weakTag(bytes) {
  const digest = createHash("sha1").update(bytes).digest("base64").slice(0, 27);
  return `W/"${bytes.length.toString(16)}-${digest}"`;
}

function parsedBody(type, bytes) {
  const kind = (type ?? "").split(";")[0].trim().toLowerCase();
  if (bytes.length === 0) return {};
  if (kind === "application/json") {
    const text = bytes.toString("utf8");
    if (!/^\s*[[{]/.test(text)) throw new BadBody("neither an object nor an array");
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new BadBody(error.message);
    }
  }
  if (kind === "application/x-www-form-urlencoded") {
    return Object.fromEntries(new URLSearchParams(bytes.toString("utf8")));
  }
  return {};
}

export class Exchange {
  constructor(request, response, clock) {
    this.request = request;
    this.response = response;
    this.clock = clock;
    this.method = request.method;
    const mark = request.url.indexOf("?");
    this.fullPath = mark < 0 ? request.url : request.url.slice(0, mark);
    this.path = this.fullPath;
    this.query = new URLSearchParams(mark < 0 ? "" : request.url.slice(mark + 1));
    this.rawBody = Buffer.alloc(0);
    this.params = {};
    this.user = null;
    this.loseAnswer = false; // executed, but the client never hears of it
  }

  header(name) {
    return this.request.headers[name];
  }

  async readBody(limit) {
    const pieces = [];
    let length = 0;
    for await (const piece of this.request) {
      length += piece.length;
      if (length <= limit) pieces.push(piece);
    }
    if (length > limit) throw new TooLarge();
    this.rawBody = Buffer.concat(pieces);
  }

  // Throws BadBody.
  parseBody() {
    this.body = parsedBody(this.header("content-type"), this.rawBody);
  }

  // With an ETag, and 304 to who has it already.
  send(status, type, content, headers = {}) {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, "utf8");
    const all = { ETag: weakTag(bytes), ...headers };
    if (this.notModified(status, all.ETag)) this.sendPlainly(304, all, "");
    else this.sendPlainly(status, { "Content-Type": type, ...all }, bytes);
  }

  // With these headers and no others than HTTP needs.
  sendPlainly(status, headers, content) {
    if (this.loseAnswer) {
      this.request.socket.destroy();
      return;
    }
    const length = status === 304 ? {} : { "Content-Length": Buffer.byteLength(content) };
    const date = new Date(this.clock.now()).toUTCString();
    this.response.writeHead(status, { Date: date, ...headers, ...length });
    this.response.end(content);
  }

  notModified(status, tag) {
    if (!["GET", "HEAD"].includes(this.method) || status < 200 || status >= NOT_CACHEABLE) return false;
    const asked = this.header("if-none-match");
    if (!asked) return false;
    const bare = (text) => text.trim().replace(/^W\//, "");
    return asked.trim() === "*" || asked.split(",").some((each) => bare(each) === bare(tag));
  }

  json(value, status = 200) {
    this.send(status, "application/json; charset=utf-8", JSON.stringify(value));
  }

  text(content, status = 200) {
    this.send(status, "text/html; charset=utf-8", content);
  }

  // The status with its phrase as plain text: 200 `OK`, 404 `Not Found`.
  status(code) {
    this.send(code, "text/plain; charset=utf-8", STATUS_CODES[code]);
  }

  // A page for humans, as the framework makes it for what it does not know or could not read.
  page(code, message) {
    const html = `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n`
      + `</head>\n<body>\n<pre>${message}</pre>\n</body>\n</html>\n`;
    this.send(code, "text/html; charset=utf-8", html);
  }
}
