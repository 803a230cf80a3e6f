// The progress records of all users, and the routes that read and write them.

import { randomUUID } from "node:crypto";

import { FatalValue, created, reloaded, shown, updated } from "./progress_rules.mjs";

const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

export class Progress {
  constructor(state, clock, options) {
    this.table = state.table("progress");
    this.items = state.table("items");
    this.clock = clock;
    this.options = options;
    this.table.groupBy("userId");
    this.tidy();
  }

  // At a start: values as the database has them, and of duplicates only the newest.
  tidy() {
    const newest = new Map();
    for (const record of this.table.all()) {
      const key = `${record.userId} ${record.mediaItemId}`;
      const other = newest.get(key);
      const loser = other && other.updatedAt >= record.updatedAt ? record : other;
      if (loser) this.table.delete(loser.id);
      if (loser !== record) newest.set(key, record);
    }
    for (const record of newest.values()) this.table.put(reloaded(record));
  }

  recordsOf(user) {
    return this.table.group(user.id);
  }

  listOf(user) {
    return this.recordsOf(user).map(shown);
  }

  // The first record that is linked to the item (and episode), as reads find it; or undefined.
  ofItem(user, libraryItemId, episodeId = null) {
    return this.recordsOf(user).find((record) => record.extraData?.libraryItemId === libraryItemId
      && (!episodeId || record.mediaItemId === episodeId));
  }

  shownOf(user, libraryItemId, episodeId) {
    const record = this.ofItem(user, libraryItemId, episodeId);
    return record ? shown(record) : null;
  }

  ofMedia(user, mediaItemId) {
    return this.recordsOf(user).find((record) => record.mediaItemId === mediaItemId);
  }

  shownOfMedia(user, mediaItemId) {
    const record = this.ofMedia(user, mediaItemId);
    return record ? shown(record) : null;
  }

  // What a write is for: {mediaItemId, mediaItemType}, or {status, error}.
  target(libraryItemId, episodeId) {
    if (episodeId) {
      const isIt = (episode) => episode.id === episodeId;
      const known = this.items.find((item) => item.media.episodes.some(isIt));
      if (!known) return { status: 404, error: "Episode not found" };
      return { mediaItemId: episodeId, mediaItemType: "podcastEpisode" };
    }
    const item = this.items.get(libraryItemId);
    if (!item) return { status: 404, error: "Library item not found" };
    if (item.mediaType !== "book") return { status: 400, error: "Library item is not a book" };
    return { mediaItemId: item.media.id, mediaItemType: "book" };
  }

  // {record} or {status, error}. Between looking and creating others may do the same: then there are
  // duplicates, of which later writes change the last and reads find the first.
  async write(user, body, libraryItemId, episodeId = null) {
    const target = this.target(libraryItemId, episodeId);
    if (target.error) return target;
    const existing = this.recordsOf(user)
      .filter((record) => record.mediaItemId === target.mediaItemId).at(-1);
    try {
      if (existing) return { record: this.table.put(updated(existing, body, this.clock.now())) };
      await sleep(this.options.creationDelayMs);
      const place = { ...target, id: randomUUID(), userId: user.id, libraryItemId, now: this.clock.now() };
      return { record: this.table.put(created(body, place)) };
    } catch (error) {
      if (!(error instanceof FatalValue)) throw error;
      console.error(`FATAL unhandled rejection: ${error.message}`);
      process.exit(1);
    }
  }
}

export function addProgressRoutes(router, { progress, users, events, options }) {
  const tell = (user) => events.toUser(user.id, "user_updated", users.json(user));

  router.on("GET", "/api/me/progress", (exchange) => {
    if (!options.progressList) return exchange.page(404, "Cannot GET /api/me/progress");
    exchange.json({ mediaProgress: progress.listOf(exchange.user) });
  });

  router.on("PATCH", "/api/me/progress/batch/update", async (exchange) => {
    const { body, user } = exchange;
    if (!Array.isArray(body) || body.length === 0) return exchange.text("Missing request payload", 400);
    let written = 0;
    for (const each of body) {
      const { record } = await progress.write(user, each ?? {}, each?.libraryItemId, each?.episodeId);
      if (record) written++;
    }
    if (written) tell(user);
    exchange.status(200);
  });

  router.on("GET", "/api/me/progress/:id/remove-from-continue-listening", (exchange) => {
    const record = progress.table.get(exchange.params.id);
    if (record?.userId !== exchange.user.id) return exchange.status(404);
    progress.table.put({ ...record, hideFromContinueListening: true, updatedAt: progress.clock.now() });
    tell(exchange.user);
    exchange.json(users.json(exchange.user, { via: exchange.via }));
  });

  const one = ["/api/me/progress/:item", "/api/me/progress/:item/:episode"];
  router.on("GET", one, (exchange) => {
    const record = progress.shownOf(exchange.user, exchange.params.item, exchange.params.episode);
    if (!record) return exchange.status(404);
    exchange.json(record);
  });

  router.on("PATCH", one, async (exchange) => {
    const { user, params } = exchange;
    const body = Array.isArray(exchange.body) ? {} : exchange.body;
    const { status, error } = await progress.write(user, body, params.item, params.episode ?? null);
    if (error) return exchange.text(error, status);
    tell(user);
    exchange.status(200);
  });

  // For admins and the user alone; only where `userProgressRoutes` says that they exist.
  const ofUser = (handler) => (exchange) => {
    const owner = users.table.get(exchange.params.user);
    if (!options.userProgressRoutes || !owner) return exchange.status(404);
    if (owner.id !== exchange.user.id && !users.isAdmin(exchange.user)) return exchange.status(403);
    return handler(exchange, owner);
  };
  router.on("GET", "/api/users/:user/progress/:item", ofUser((exchange, owner) => {
    const record = progress.shownOf(owner, exchange.params.item);
    return record ? exchange.json(record) : exchange.status(404);
  }));
  router.on("PATCH", "/api/users/:user/progress/:item", ofUser(async (exchange, owner) => {
    const { status, error } = await progress.write(owner, exchange.body, exchange.params.item);
    if (error) return exchange.text(error, status);
    tell(owner);
    return exchange.status(200);
  }));

  router.on("DELETE", "/api/me/progress/:item", (exchange) => {
    const record = progress.table.get(exchange.params.item);
    if (record?.userId !== exchange.user.id) return exchange.status(404);
    progress.table.delete(record.id);
    tell(exchange.user);
    exchange.status(200);
  });
}
