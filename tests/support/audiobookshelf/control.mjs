// The port that only tests know: it fills the server, looks behind its answers, and orders faults.

import http from "node:http";

import { Exchange } from "./exchange.mjs";
import { Router } from "./router.mjs";

const BODY_LIMIT = 1024 * 1024 * 1024;

function controlRouter(world) {
  const { users, tokens, libraries, progress, sessions, faults, clock, options, events, engine } = world;
  const router = new Router();
  const known = (table, id) => {
    const record = table.get(id);
    if (!record) throw new Error(`no ${table.name} ${id}`);
    return record;
  };

  router.on("POST", "/users", ({ body }) => {
    const user = users.create({ isActive: true, ...body });
    const key = tokens.createKey(user, { name: "test", isActive: true });
    return {
      id: user.id, username: user.username, password: user.password, token: user.token, api_key: key.apiKey,
      api_key_id: key.id,
    };
  });
  router.on("PATCH", "/users/:id", ({ params, body }) => {
    const user = known(users.table, params.id);
    return users.table.put({ ...user, ...body, permissions: { ...user.permissions, ...body.permissions } });
  });
  router.on("POST", "/users/:id/access-token", ({ params }) => (
    { token: tokens.access(known(users.table, params.id)) }));
  router.on("PATCH", "/api-keys/:id", ({ params, body }) => (
    tokens.keys.put({ ...known(tokens.keys, params.id), isActive: body.isActive })));

  router.on("POST", "/libraries", ({ body }) => libraries.addLibrary(body));
  router.on("PATCH", "/libraries/:id", ({ params, body }) => {
    const library = known(libraries.libraries, params.id);
    const settings = { ...library.settings, ...body.settings };
    return libraries.libraries.put({ ...library, ...body, settings });
  });

  const tellReaders = (item, name, many) => events.toReaders(item, name, () => {
    const json = libraries.expanded(item);
    return many ? [json] : json;
  });
  router.on("POST", "/items", ({ body }) => {
    const item = libraries.addItem(body);
    tellReaders(item, "items_added", true);
    return libraries.expanded(item);
  });
  router.on("PATCH", "/items/:id", ({ params, body }) => {
    const item = libraries.changeItem(known(libraries.items, params.id), body);
    tellReaders(item, "item_updated", false);
    return libraries.expanded(item);
  });
  router.on("DELETE", "/items/:id", ({ params }) => {
    const item = known(libraries.items, params.id);
    libraries.items.delete(item.id);
    events.toReaders(item, "item_removed", () => ({ id: item.id, libraryId: item.libraryId }));
    return {};
  });

  // Whole records, `extraData` included, duplicates too.
  router.on("GET", "/progress/:user", ({ params }) => progress.recordsOf(known(users.table, params.user)));
  // What GET /api/me/progress/:item answers, or null.
  router.on("GET", "/progress/:user/:item", ({ params, query }) => (
    progress.shownOf(known(users.table, params.user), params.item, query.get("episode"))));
  // As if somebody had written the database: columns of the item's record, made if there is none; no event.
  router.on("PUT", "/progress/:user/:item", ({ params, body }) => {
    const user = known(users.table, params.user);
    const item = known(libraries.items, params.item);
    const now = clock.now();
    const blank = {
      id: `${user.id}.${item.id}`, userId: user.id, mediaItemId: item.media.id, mediaItemType: "book",
      duration: 0,
      currentTime: 0, isFinished: false, hideFromContinueListening: false, ebookLocation: null,
      ebookProgress: 0,
      finishedAt: null, extraData: { libraryItemId: item.id, progress: 0 }, createdAt: now, updatedAt: now,
    };
    return progress.table.put({ ...(progress.ofMedia(user, item.media.id) ?? blank), ...body });
  });

  router.on("GET", "/faults", () => faults.list());
  router.on("POST", "/faults", ({ body }) => ({ id: faults.add(body).id }));
  router.on("DELETE", "/faults", () => {
    faults.clear();
    return {};
  });
  router.on("DELETE", "/faults/:id", ({ params }) => {
    faults.remove(Number(params.id));
    return {};
  });

  router.on("POST", "/clock", ({ body }) => {
    clock.shiftMillis += body.shiftMillis;
    return { now: clock.now() };
  });
  router.on("PATCH", "/options", ({ body }) => Object.assign(options, body));

  router.on("GET", "/sockets", () => [...engine.sessions.values()].map(({ id, mount, poll, client }) => (
    { id, mount, polling: poll !== null, user: events.userOf(client)?.username ?? null })));
  router.on("DELETE", "/sockets", () => {
    engine.closeAll("server shutting down");
    return {};
  });
  router.on("POST", "/sockets/events", ({ body }) => {
    events.toUser(body.user, body.name, body.value);
    return {};
  });
  router.on("GET", "/sessions/open", () => sessions.all());
  return router;
}

export class Control {
  constructor(world) {
    this.router = controlRouter(world);
    this.clock = world.clock;
    this.http = http.createServer((request, response) => {
      this.serve(new Exchange(request, response, this.clock));
    });
  }

  listen(port) {
    return new Promise((resolve, reject) => {
      this.http.once("error", reject);
      this.http.listen({ port, host: "127.0.0.1" }, resolve);
    });
  }

  async serve(exchange) {
    try {
      await exchange.readBody(BODY_LIMIT);
      exchange.parseBody();
      const found = this.router.match(exchange.method, exchange.path);
      if (!found) return exchange.json({ error: `no route ${exchange.method} ${exchange.path}` }, 404);
      exchange.params = found.params;
      return exchange.json(await found.handler(exchange));
    } catch (error) {
      return exchange.json({ error: error.message }, 400);
    }
  }
}
