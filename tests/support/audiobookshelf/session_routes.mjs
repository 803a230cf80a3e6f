// The routes of players: playing, syncing, closing, and bringing in what was heard offline.

function page(exchange, rows, more = {}) {
  const itemsPerPage = Number(exchange.query.get("itemsPerPage")) || 10;
  const number = Number(exchange.query.get("page")) || 0;
  const sorted = [...rows].sort((a, b) => b.updatedAt - a.updatedAt);
  exchange.json({
    total: rows.length, numPages: Math.ceil(rows.length / itemsPerPage), page: number, itemsPerPage,
    sessions: sorted.slice(number * itemsPerPage, (number + 1) * itemsPerPage), ...more,
  });
}

export function addSessionRoutes(router, { sessions, libraries, users }) {
  const play = ["/api/items/:id/play", "/api/items/:id/play/:episode"];
  const rowsOf = (userId) => sessions.rows.filter((row) => row.userId === userId);

  router.on("POST", play, async (exchange) => {
    const { user, params, body } = exchange;
    const item = libraries.items.get(params.id);
    if (!item) return exchange.status(404);
    if (!users.mayUseItem(user, item)) return exchange.status(403);
    const address = exchange.request.socket.remoteAddress;
    const session = await sessions.start(user, item, params.episode, body, address);
    return exchange.json(sessions.forClient(session, item));
  });

  // Only those of the user, but for admins also those of others.
  const withOpen = (handler) => async (exchange) => {
    const session = sessions.open.get(exchange.params.id);
    if (!session) return exchange.status(404);
    if (session.userId !== exchange.user.id && !users.isAdmin(exchange.user)) return exchange.status(403);
    return handler(exchange, session);
  };

  router.on("GET", "/api/session/:id", withOpen((exchange, session) => (
    exchange.json(sessions.forClient(session, libraries.items.get(session.libraryItemId))))));

  router.on("POST", "/api/session/:id/sync", withOpen(async (exchange, session) => (
    exchange.status(await sessions.sync(exchange.user, session, exchange.body) ? 200 : 500))));

  router.on("POST", "/api/session/:id/close", withOpen(async (exchange, session) => {
    const body = Object.keys(exchange.body).length ? exchange.body : null;
    await sessions.close(exchange.user, session, body);
    exchange.status(200);
  }));

  router.on("POST", "/api/session/local", async (exchange) => {
    const result = await sessions.local(exchange.user, exchange.body, sessions.deviceOf(exchange));
    if (result.error) return exchange.text(result.error, 500);
    return exchange.status(200);
  });

  router.on("POST", "/api/session/local-all", async (exchange) => {
    const info = sessions.deviceOf(exchange);
    const results = [];
    for (const each of exchange.body.sessions ?? []) {
      results.push(await sessions.local(exchange.user, each, info));
    }
    exchange.json({ results });
  });

  router.on("GET", "/api/sessions/open", (exchange) => {
    if (!users.isAdmin(exchange.user)) return exchange.status(404);
    const open = sessions.all().map((session) => {
      const { id, username } = users.table.get(session.userId);
      return { ...session, user: { id, username } };
    });
    return exchange.json({ sessions: open, shareSessions: [] });
  });

  router.on("GET", "/api/sessions", (exchange) => {
    if (!users.isAdmin(exchange.user)) return exchange.status(404);
    const userId = exchange.query.get("user");
    return page(exchange, userId ? rowsOf(userId) : sessions.rows.all(), userId ? { userId } : {});
  });

  router.on("GET", "/api/me/listening-sessions", (exchange) => page(exchange, rowsOf(exchange.user.id)));

  const ofItem = "/api/me/item/listening-sessions/:item";
  router.on("GET", [ofItem, `${ofItem}/:episode`],
    (exchange) => {
      const { item, episode } = exchange.params;
      const rows = rowsOf(exchange.user.id).filter((row) => row.libraryItemId === item
        && (!episode || row.episodeId === episode));
      page(exchange, rows);
    });

  router.on("GET", "/api/users/:id/listening-sessions", (exchange) => {
    if (!users.isAdmin(exchange.user)) return exchange.status(403);
    return page(exchange, rowsOf(exchange.params.id));
  });
}
