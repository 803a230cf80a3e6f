// User accounts: their rights, and the JSON in which the server shows them.

import { randomUUID } from "node:crypto";

const isAdmin = (user) => user.type === "admin" || user.type === "root";

export class Users {
  constructor({ state, clock, tokens, progress, options }) {
    this.table = state.table("users");
    this.clock = clock;
    this.tokens = tokens;
    this.progress = progress;
    this.options = options;
    this.openSessions = () => [];
  }

  create({ username, password = "", type = "user", isActive = false, permissions = {},
    librariesAccessible = [], email = null, itemTagsSelected = [] }) {
    const user = {
      id: randomUUID(), username, email, password, type, isActive, isLocked: false, lastSeen: null,
      createdAt: this.clock.now(), librariesAccessible, itemTagsSelected, bookmarks: [],
      permissions: {
        download: true, update: type === "root" || type === "admin", delete: type === "root",
        upload: type === "root" || type === "admin", createEreader: type === "root" || type === "admin",
        accessAllLibraries: librariesAccessible.length === 0, accessAllTags: itemTagsSelected.length === 0,
        accessExplicitContent: true, selectedTagsNotAccessible: false, ...permissions,
      },
    };
    user.token = this.tokens.legacy(user);
    return this.table.put(user);
  }

  byName(username) {
    const wanted = String(username).toLowerCase();
    return this.table.find((user) => user.username.toLowerCase() === wanted);
  }

  isAdmin(user) {
    return isAdmin(user);
  }

  mayUseLibrary(user, libraryId) {
    return user.permissions.accessAllLibraries || user.librariesAccessible.includes(libraryId);
  }

  mayUseItem(user, item) {
    if (!this.mayUseLibrary(user, item.libraryId)) return false;
    if (item.media.metadata?.explicit && !user.permissions.accessExplicitContent) return false;
    if (user.permissions.accessAllTags) return true;
    const tags = item.media.tags ?? [];
    const hit = tags.some((tag) => user.itemTagsSelected.includes(tag));
    return user.permissions.selectedTagsNotAccessible ? !hit : hit;
  }

  // As in /api/me and in user_updated. `via` is the kind of credential that asked.
  json(user, { via = null, hideRootToken = false } = {}) {
    const { password, ...shown } = user;
    const token = hideRootToken && user.type === "root" ? "" : user.token;
    return {
      id: shown.id, username: shown.username, email: shown.email, type: shown.type,
      ...(this.options.legacyTokens ? { token } : {}),
      ...(via === "legacy" ? { isOldToken: true } : {}),
      mediaProgress: this.progress.listOf(user),
      seriesHideFromContinueListening: [], bookmarks: shown.bookmarks, isActive: shown.isActive,
      isLocked: shown.isLocked, lastSeen: shown.lastSeen, createdAt: shown.createdAt,
      permissions: shown.permissions,
      librariesAccessible: shown.librariesAccessible, itemTagsSelected: shown.itemTagsSelected,
      hasOpenIDLink: false,
    };
  }

  // What other users (admins) see of a connected user.
  publicJson(user) {
    return {
      id: user.id, username: user.username, type: user.type,
      session: this.openSessions().find((session) => session.userId === user.id) ?? null,
      lastSeen: user.lastSeen, createdAt: user.createdAt,
    };
  }
}
