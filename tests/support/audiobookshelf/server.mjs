// The public port: one request from its first byte to its handler.

import http from "node:http";

import { BadBody, Exchange, TooLarge } from "./exchange.mjs";

const BASE_PATH = "/audiobookshelf";
const BODY_LIMIT = 10 * 1024 * 1024;
const KEEP_ALIVE_MS = 5000;
const SOCKET_PATH = "/socket.io/";
const COVER = /^\/api\/items\/[^/]+\/cover$/;

function bearer(exchange) {
  const match = /^Bearer +(\S+)$/i.exec(exchange.header("authorization") ?? "");
  return match?.[1] ?? exchange.query.get("token");
}

export class Server {
  constructor({ router, engine, tokens, users, faults, log, clock }) {
    Object.assign(this, { router, engine, tokens, users, faults, log, clock });
    this.http = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      this.serve(new Exchange(request, response, clock)).catch((error) => this.failed(error, response));
    });
    this.http.on("clientError", (_, socket) => socket.destroy());
    this.http.on("upgrade", (_, socket) => socket.destroy()); // websockets are not simulated
    this.interposeFaults();
  }

  // A half-open server reads nothing, so its HTTP parser must not even get the connection.
  interposeFaults() {
    const [accept] = this.http.listeners("connection");
    this.http.removeListener("connection", accept);
    this.http.on("connection", (socket) => {
      if (!this.faults.holds(socket)) accept.call(this.http, socket);
    });
  }

  listen(port) {
    return new Promise((resolve, reject) => {
      this.http.once("error", reject);
      this.http.listen({ port, host: "127.0.0.1", backlog: 4096 }, resolve);
    });
  }

  failed(error, response) {
    console.error(error);
    if (!response.headersSent) response.writeHead(500).end("Internal Server Error");
  }

  async serve(exchange) {
    const { path } = exchange;
    if (path === BASE_PATH || path.startsWith(`${BASE_PATH}/`)) {
      exchange.path = path.slice(BASE_PATH.length) || "/";
    }
    try {
      await exchange.readBody(BODY_LIMIT);
    } catch (error) {
      if (error instanceof TooLarge) exchange.page(413, "PayloadTooLargeError: request entity too large");
      return; // else the client went away
    }
    this.identify(exchange);
    const fault = this.faults.take(exchange.method, exchange.path);
    const helper = exchange.header("x-test-helper") !== undefined;
    const { method, user, rawBody } = exchange;
    const { headers } = exchange.request;
    const query = exchange.query.toString();
    const id = this.log.begin({ method, path: exchange.path, query, headers, user, rawBody, fault, helper });
    exchange.response.on("finish", () => this.log.end(id, exchange.response.statusCode));
    if (fault && await this.faults.befall(fault, exchange)) return;
    await this.dispatch(exchange);
  }

  identify(exchange) {
    const owner = this.tokens.forRest(bearer(exchange));
    exchange.user = owner?.user ?? this.listener(exchange);
    exchange.via = owner?.kind ?? null;
  }

  // Whose feed it is, for the log.
  listener(exchange) {
    const client = this.engine.sessions.get(exchange.query.get("sid"))?.client;
    return client?.userId ? this.users.table.get(client.userId) : null;
  }

  async dispatch(exchange) {
    const { path, method } = exchange;
    if (path === SOCKET_PATH) {
      this.engine.serve(exchange, exchange.fullPath);
      return;
    }
    try {
      exchange.parseBody();
    } catch (error) {
      if (!(error instanceof BadBody)) throw error;
      exchange.page(400, `SyntaxError: ${error.message}`);
      return;
    }
    const open = !path.startsWith("/api/") || (method === "GET" && COVER.test(path));
    if (!open && !exchange.via) {
      exchange.status(401);
      return;
    }
    const found = this.router.match(method, path);
    if (!found) {
      exchange.page(404, `Cannot ${method} ${path}`);
      return;
    }
    exchange.params = found.params;
    await found.handler(exchange);
  }
}
