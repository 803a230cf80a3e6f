// Lists, searches, single items, their ebook files and covers.

import { sendFile } from "./file_answer.mjs";
import { cover } from "./covers.mjs";

const hasBegun = (record) => record?.currentTime > 0 || record?.ebookProgress > 0;

const FILTERS = {
  ebooks: (value, { item }) => {
    const has = item.ebooks.some((file) => !file.isSupplementary);
    const extra = item.ebooks.some((file) => file.isSupplementary);
    return { ebook: has, supplementary: extra, "no-ebook": !has, "no-supplementary": !extra }[value] ?? true;
  },
  progress: (value, { record }) => {
    const begun = hasBegun(record) && !record.isFinished;
    const finished = Boolean(record?.isFinished);
    const answers = {
      finished, "in-progress": begun, "not-started": !begun && !finished, "not-finished": !finished,
    };
    return answers[value] ?? true;
  },
  missing: (_, { item }) => item.isMissing,
};

const asciiLower = (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

// The database's LIKE: `%` and `_` are wildcards, and only ASCII letters have two cases.
function like(text, query) {
  if (typeof text !== "string") return false;
  const pattern = [...asciiLower(query)].map((character) => {
    if (character === "%") return ".*";
    if (character === "_") return ".";
    return character.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
  }).join("");
  return new RegExp(pattern, "su").test(asciiLower(text));
}

function pathOf(object, dotted) {
  return dotted.split(".").reduce((value, key) => value?.[key], object);
}

function sorted(results, sort, descending) {
  if (!sort) return results;
  const order = (a, b) => {
    const [left, right] = [pathOf(a, sort), pathOf(b, sort)];
    return typeof left === "number" ? left - right : String(left).localeCompare(String(right));
  };
  results.sort(order);
  return descending ? results.reverse() : results;
}

export function addLibraryRoutes(router, { libraries, users, progress, options }) {
  const { items } = libraries;
  const ofLibrary = (id) => items.filter((item) => item.libraryId === id);
  const mediaIdOf = (item, episode) => episode ?? item.media.id;

  // Handlers below run only for libraries and items that the user may see.
  const withLibrary = (handler) => (exchange) => {
    if (!users.mayUseLibrary(exchange.user, exchange.params.id)) return exchange.status(403);
    const library = libraries.libraries.get(exchange.params.id);
    if (!library) return exchange.text("Library not found", 404);
    for (const name of ["limit", "page"]) {
      const value = Number(exchange.query.get(name) ?? 0);
      if (!Number.isInteger(value) || value < 0) {
        return exchange.text(`Invalid request. ${name} must be a positive integer`, 400);
      }
    }
    return handler(exchange, library);
  };
  const withItem = (handler) => (exchange) => {
    const item = items.get(exchange.params.id);
    if (!item) return exchange.status(404);
    if (!users.mayUseItem(exchange.user, item)) return exchange.status(403);
    return handler(exchange, item);
  };

  router.on("GET", "/api/libraries", (exchange) => {
    const visible = libraries.libraries.filter((library) => users.mayUseLibrary(exchange.user, library.id));
    exchange.json({ libraries: visible });
  });

  router.on("GET", "/api/libraries/:id", withLibrary((exchange, library) => exchange.json(library)));

  router.on("GET", "/api/libraries/:id/items", withLibrary((exchange, library) => {
    const { query, user } = exchange;
    const limit = Number(query.get("limit")) || 0;
    const page = Number(query.get("page")) || 0;
    const filterBy = query.get("filter") ?? "";
    const [group, value] = filterBy.split(".");
    const wanted = Buffer.from(decodeURIComponent(value ?? ""), "base64").toString("utf8");
    const accepts = FILTERS[group] ?? (() => true);
    const found = ofLibrary(library.id).filter((item) => users.mayUseItem(user, item))
      .filter((item) => accepts(wanted, { item, record: progress.ofMedia(user, item.media.id) }))
      .map((item) => libraries.minified(item));
    const results = sorted(found, query.get("sort"), query.get("desc") === "1");
    exchange.json({
      results: limit ? results.slice(page * limit, (page + 1) * limit) : results, total: results.length,
      limit, page,
      sortDesc: query.get("desc") === "1", filterBy: filterBy || undefined, mediaType: library.mediaType,
      minified: query.get("minified") === "1", collapseseries: false, include: query.get("include") ?? "",
      offset: page * limit,
    });
  }));

  router.on("GET", "/api/libraries/:id/search", withLibrary((exchange, library) => {
    const q = exchange.query.get("q");
    if (!q) return exchange.text("Invalid request. Query param \"q\" must be a string", 400);
    const words = q.trim();
    const limit = Number(exchange.query.get("limit")) || 12;
    const visible = ofLibrary(library.id).filter((item) => users.mayUseItem(exchange.user, item));
    const matching = visible.filter(({ media: { metadata } }) => (
      [metadata.title, metadata.subtitle, metadata.asin, metadata.isbn].some((text) => like(text, words))));
    const names = new Set(visible.flatMap((item) => (item.media.metadata.authorName ?? "").split(", "))
      .filter((name) => name && like(name, words)));
    const kind = library.mediaType === "podcast" ? "podcast" : "book";
    return exchange.json({
      [kind]: matching.slice(0, limit).map((item) => ({ libraryItem: libraries.expanded(item) })),
      narrators: [], tags: [], genres: [], series: [],
      authors: [...names].map((name) => ({ id: `author-${name}`, name, numBooks: 1 })),
    });
  }));

  // Without credentials; see server.mjs.
  router.on("GET", "/api/items/:id/cover", (exchange) => {
    const item = items.get(exchange.params.id);
    if (!item?.cover) return exchange.status(404);
    const { type, bytes } = cover(exchange.query, exchange.header("accept"), item.cover);
    return exchange.send(200, type, bytes);
  });

  router.on("GET", "/api/items/:id", withItem((exchange, item) => {
    const { query, user } = exchange;
    if (query.get("expanded") !== "1") return exchange.json(libraries.full(item));
    const json = libraries.expanded(item);
    if ((query.get("include") ?? "").split(",").includes("progress")) {
      json.userMediaProgress = progress.shownOfMedia(user, mediaIdOf(item, query.get("episode")));
    }
    return exchange.json(json);
  }));

  router.on("GET", "/api/items/:id/ebook", withItem((exchange, item) => {
    const file = libraries.primaryEbook(item);
    if (!file) return exchange.status(404);
    return sendFile(exchange, libraries.filePlace(file.ino), libraries.contentType(file), file.updatedAt,
      options);
  }));

  router.on("GET", "/api/items/:id/ebook/:ino", withItem((exchange, item) => {
    const file = item.ebooks.find((each) => each.ino === exchange.params.ino);
    if (!file) return exchange.status(404);
    return sendFile(exchange, libraries.filePlace(file.ino), libraries.contentType(file), file.updatedAt,
      options);
  }));

  router.on("GET", "/api/me/items-in-progress", (exchange) => {
    const limit = Number(exchange.query.get("limit")) || 25;
    const started = progress.listOf(exchange.user)
      .filter((each) => hasBegun(each) && !each.isFinished && !each.hideFromContinueListening)
      .sort((a, b) => b.lastUpdate - a.lastUpdate).slice(0, limit);
    const shown = started.filter((each) => items.get(each.libraryItemId)).map((each) => (
      { ...libraries.minified(items.get(each.libraryItemId)), progressLastUpdate: each.lastUpdate }));
    exchange.json({ libraryItems: shown });
  });
}
