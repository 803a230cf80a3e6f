// Engine.IO 4 over HTTP long polling, as its server side behaves towards patient and impatient clients.

import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";

const SEPARATOR = "\x1e";
const MAX_PAYLOAD = 1000000;
const COMPRESSED_FROM = 1024; // bytes
const TEXT = "text/plain; charset=UTF-8";

const ERRORS = {
  transport: { code: 0, message: "Transport unknown" },
  session: { code: 1, message: "Session ID unknown" },
  method: { code: 2, message: "Bad handshake method" },
  version: { code: 5, message: "Unsupported protocol version" },
};

function answer(exchange, status, type, content) {
  exchange.sendPlainly(status, { "Content-Type": type, "Access-Control-Allow-Origin": "*" }, content);
}

// Packets, the only answers that are compressed for who can take it.
function deliver(exchange, content) {
  const headers = { "Content-Type": TEXT, "Access-Control-Allow-Origin": "*" };
  const body = Buffer.from(content);
  const compressed = body.length >= COMPRESSED_FROM && /\bgzip\b/.test(exchange.header("accept-encoding") ?? "");
  if (!compressed) return exchange.sendPlainly(200, headers, body);
  return exchange.sendPlainly(200, { ...headers, "Content-Encoding": "gzip" }, gzipSync(body));
}

const refuse = (exchange, error) => answer(exchange, 400, "application/json", JSON.stringify(error));

// One client: what waits for it, and the GET that waits for that.
class EngineSession {
  constructor(engine, mount) {
    this.id = randomBytes(15).toString("base64url");
    this.engine = engine;
    this.mount = mount;
    this.waiting = []; // packets
    this.poll = null; // the exchange of the pending GET
    this.farewell = false; // closing, as soon as a GET comes to be told so
    this.closed = false;
    this.onMessage = () => {};
    this.onClose = () => {};
    this.ping();
  }

  ping() {
    const { pingIntervalMs, pingTimeoutMs } = this.engine.options;
    this.timer = setTimeout(() => {
      this.send("2");
      this.timer = setTimeout(() => this.close("ping timeout"), pingTimeoutMs);
    }, pingIntervalMs);
  }

  pong() {
    clearTimeout(this.timer);
    this.ping();
  }

  send(packet) {
    if (this.closed || this.farewell) return;
    this.waiting.push(packet);
    this.flush();
  }

  flush() {
    if (!this.poll || this.waiting.length === 0) return;
    const { poll } = this;
    this.poll = null;
    deliver(poll, this.waiting.splice(0).join(SEPARATOR));
  }

  // A GET: answered when there is something, for one at a time.
  take(exchange) {
    if (this.poll) {
      answer(exchange, 400, "text/plain", "");
      this.close("overlap");
      return;
    }
    this.poll = exchange;
    exchange.response.on("close", () => {
      if (this.poll === exchange) {
        this.poll = null;
        this.close("transport error"); // the client gave up
      }
    });
    if (this.farewell) this.waiting.push("6", "1");
    this.flush();
    if (this.farewell) this.close("forced close");
  }

  receive(payload) {
    for (const packet of payload.split(SEPARATOR)) {
      if (this.closed || this.farewell) return;
      if (packet === "3") this.pong();
      else if (packet === "1") this.close("transport close");
      else if (packet.startsWith("4")) this.onMessage(packet.slice(1));
    }
  }

  // Ends it by our own decision: the pending or the next GET hears of it.
  dismiss() {
    if (this.poll) this.close("forced close");
    else this.farewell = true;
  }

  // A pending GET is told `1`; from now on the id is unknown.
  close(reason) {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    this.engine.sessions.delete(this.id);
    const { poll } = this;
    this.poll = null;
    if (poll && !poll.response.destroyed) answer(poll, 200, TEXT, "1");
    this.onClose(reason);
  }
}

export class Engine {
  constructor(options) {
    this.options = options; // pingIntervalMs, pingTimeoutMs
    this.sessions = new Map();
    this.onSession = () => {};
  }

  // Serves a request below `mount`, whose body has been read.
  serve(exchange, mount) {
    const { query, method } = exchange;
    if (query.get("transport") !== "polling") return refuse(exchange, ERRORS.transport);
    const id = query.get("sid");
    if (!id) return this.open(exchange, mount);
    const session = this.sessions.get(id);
    if (session?.mount !== mount) return refuse(exchange, ERRORS.session);
    if (method === "GET") return session.take(exchange);
    if (method === "POST") return this.post(exchange, session);
    return answer(exchange, 500, "text/plain", "");
  }

  open(exchange, mount) {
    if (exchange.method !== "GET") return refuse(exchange, ERRORS.method);
    if (exchange.query.get("EIO") !== "4") return refuse(exchange, ERRORS.version);
    const session = new EngineSession(this, mount);
    this.sessions.set(session.id, session);
    this.onSession(session);
    const { pingIntervalMs, pingTimeoutMs } = this.options;
    const handshake = {
      sid: session.id, upgrades: ["websocket"], pingInterval: pingIntervalMs, pingTimeout: pingTimeoutMs,
      maxPayload: MAX_PAYLOAD,
    };
    return answer(exchange, 200, TEXT, `0${JSON.stringify(handshake)}`);
  }

  post(exchange, session) {
    if (exchange.header("content-type") === "application/octet-stream") return undefined; // never answered
    if (exchange.rawBody.length > MAX_PAYLOAD) return answer(exchange, 413, "text/plain", "");
    session.receive(exchange.rawBody.toString("utf8"));
    return answer(exchange, 200, "text/html", "ok");
  }

  closeAll(reason) {
    for (const session of [...this.sessions.values()]) session.close(reason);
  }
}
