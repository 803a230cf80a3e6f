// Misbehaviour on order: each fault applies to some or all of the requests that fit its method and path.

const CHUNK = Buffer.alloc(64 * 1024, "[");

const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

// A 200 that goes on for `bytes` and never becomes valid JSON.
async function flood(exchange, bytes) {
  const { response } = exchange;
  response.writeHead(200, { "Content-Type": "application/json; charset=utf-8" });
  for (let sent = 0; sent < bytes && !response.destroyed; sent += CHUNK.length) {
    if (!response.write(CHUNK.subarray(0, Math.min(CHUNK.length, bytes - sent)))) {
      await new Promise((resolve) => {
        response.once("drain", resolve);
        response.once("close", resolve);
      });
    }
  }
  response.end();
}

// One byte of an endless answer each `millis`.
function trickle(exchange, millis) {
  const { response } = exchange;
  response.writeHead(200, { "Content-Type": "application/json; charset=utf-8" });
  const timer = setInterval(() => response.write(" "), millis);
  response.on("close", () => clearInterval(timer));
}

// What each kind does. True: the request is done with, false: it is to be served after all.
const KINDS = {
  async delay(exchange, { ms = 1000 }) {
    await sleep(ms);
    return exchange.request.socket.destroyed;
  },
  hang: () => true,
  half_open: () => true, // a connection that was open before; new ones are not even read
  drop(exchange) {
    exchange.request.socket.destroy();
    return true;
  },
  lose_answer(exchange) {
    exchange.loseAnswer = true;
    return false;
  },
  garbage(exchange) {
    exchange.request.socket.end(Buffer.from("\x00\xff\xfe<< not HTTP at all >>\r\n\r\n", "latin1"));
    return true;
  },
  not_json(exchange, { body = "<html>{\"mediaProgress\": [" }) {
    exchange.send(200, "application/json; charset=utf-8", body);
    return true;
  },
  truncate(exchange, { body = "{\"mediaProgress\":[" }) {
    const headers = { "Content-Type": "application/json", "Content-Length": body.length + 1000 };
    exchange.response.writeHead(200, headers);
    exchange.response.write(body, () => exchange.request.socket.destroy());
    return true;
  },
  status(exchange, { status = 500, body = "Internal Server Error", headers = {} }) {
    exchange.send(status, "text/plain; charset=utf-8", body, headers);
    return true;
  },
  redirect(exchange, { location, status = 302 }) {
    exchange.send(status, "text/plain; charset=utf-8", "Found", { Location: location });
    return true;
  },
  async flood(exchange, { bytes = 100 * 1024 * 1024 }) {
    await flood(exchange, bytes);
    return true;
  },
  trickle(exchange, { ms = 500 }) {
    trickle(exchange, ms);
    return true;
  },
};

export class Faults {
  constructor() {
    this.active = [];
    this.nextId = 1;
    this.held = new Set();
  }

  // `count` requests, or all until cleared. Throws on an unknown kind.
  add({ kind, method = null, path = null, count = null, ...options }) {
    if (!KINDS[kind]) throw new Error(`no fault ${kind}; there are ${Object.keys(KINDS).join(", ")}`);
    const fault = {
      id: this.nextId++, kind, method, path: path && new RegExp(path), left: count, hits: 0, options,
    };
    this.active.push(fault);
    return fault;
  }

  remove(id) {
    this.active = this.active.filter((fault) => fault.id !== id);
    this.releaseConnections();
  }

  clear() {
    this.active = [];
    this.releaseConnections();
  }

  list() {
    return this.active.map(({ id, kind, method, path, left, hits }) => (
      { id, kind, method, path: path?.source ?? null, left, hits }));
  }

  // The fault that is to befall this request (and is used up by it), or null.
  take(method, path) {
    const fault = this.active.find((each) => (!each.method || each.method === method)
      && (!each.path || each.path.test(path)));
    if (!fault) return null;
    fault.hits++;
    if (fault.left !== null && --fault.left <= 0) {
      this.active = this.active.filter((each) => each !== fault);
    }
    return fault;
  }

  async befall(fault, exchange) {
    return KINDS[fault.kind](exchange, fault.options);
  }

  // True if this connection is one that is accepted and never read from.
  holds(socket) {
    if (!this.active.some((fault) => fault.kind === "half_open")) return false;
    socket.pause();
    socket.on("error", () => {});
    this.held.add(socket);
    socket.on("close", () => this.held.delete(socket));
    return true;
  }

  // Held connections stay dead, as those to a machine that lost power: they are reset in the end.
  releaseConnections() {
    if (this.active.some((fault) => fault.kind === "half_open")) return;
    for (const socket of this.held) socket.destroy();
    this.held.clear();
  }
}
