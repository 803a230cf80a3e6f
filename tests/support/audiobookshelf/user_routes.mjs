// The caller's own account, and for admins everybody's accounts and keys.

export function addUserRoutes(router, { users, tokens, progress, libraries, events }) {
  const adminOnly = (handler) => (exchange) => {
    if (!users.isAdmin(exchange.user)) return exchange.status(403);
    return handler(exchange);
  };
  const withUser = (handler) => adminOnly((exchange) => {
    const user = users.table.get(exchange.params.id);
    if (!user) return exchange.status(404);
    return handler(exchange, user);
  });
  const shownTo = (viewer, user) => users.json(user, { hideRootToken: viewer.type !== "root" });

  router.on("GET", "/api/me", (exchange) => exchange.json(users.json(exchange.user, { via: exchange.via })));

  router.on("GET", "/api/users", adminOnly((exchange) => (
    exchange.json({ users: users.table.all().map((user) => shownTo(exchange.user, user)) }))));

  router.on("GET", "/api/users/online", adminOnly((exchange) => (
    exchange.json({ usersOnline: events.online(), openSessions: users.openSessions() }))));

  router.on("GET", "/api/users/:id", withUser((exchange, user) => {
    const json = shownTo(exchange.user, user);
    json.mediaProgress = progress.listOf(user).map((record) => {
      const item = libraries.items.get(record.libraryItemId);
      return {
        ...record, displayTitle: item?.media.metadata.title ?? null, displaySubtitle: null, coverPath: null,
        mediaUpdatedAt: item ? new Date(item.updatedAt).toISOString() : null,
      };
    });
    exchange.json(json);
  }));

  router.on("POST", "/api/users", adminOnly((exchange) => {
    const { username, password } = exchange.body;
    if (!username || !password) return exchange.text("Username and password are required", 400);
    if (users.byName(username)) return exchange.text("Username already taken", 400);
    return exchange.json({ user: users.json(users.create(exchange.body)) });
  }));

  router.on("PATCH", "/api/users/:id", withUser((exchange, user) => {
    const { id, token, ...changes } = exchange.body;
    const permissions = { ...user.permissions, ...changes.permissions };
    const changed = users.table.put({ ...user, ...changes, permissions });
    events.toUser(exchange.user.id, "user_updated", users.json(changed));
    exchange.json({ success: true, user: users.json(changed) });
  }));

  router.on("GET", "/api/api-keys", adminOnly((exchange) => exchange.json({ apiKeys: tokens.keys.all() })));

  router.on("POST", "/api/api-keys", adminOnly((exchange) => {
    const owner = users.table.get(exchange.body.userId);
    if (!owner || !exchange.body.name) return exchange.status(400);
    if (owner.type === "root" && exchange.user.type !== "root") return exchange.status(403);
    const wanted = { ...exchange.body, createdByUserId: exchange.user.id };
    return exchange.json({ apiKey: tokens.createKey(owner, wanted) });
  }));

  const withKey = (handler) => adminOnly((exchange) => {
    const key = tokens.keys.get(exchange.params.id);
    if (!key) return exchange.status(404);
    return handler(exchange, key);
  });

  router.on("PATCH", "/api/api-keys/:id", withKey((exchange, key) => {
    const isActive = exchange.body.isActive ?? key.isActive;
    exchange.json({ apiKey: tokens.keys.put({ ...key, isActive }) });
  }));

  router.on("DELETE", "/api/api-keys/:id", withKey((exchange, key) => {
    tokens.keys.delete(key.id);
    exchange.status(200);
  }));
}
