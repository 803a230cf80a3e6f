// Playback sessions: open ones in memory, those that were listened to in the database.

import { randomUUID } from "node:crypto";

import { shown } from "./progress_rules.mjs";

const DIRECT_PLAY = 0;
const LOCAL = 3;
const KEPT_FROM_SECONDS = 3;

function device(info, userId, address) {
  return {
    id: randomUUID(), userId, deviceId: `temp-${randomUUID()}`, ipAddress: address, clientName: "Abs Web",
    clientVersion: "2.36.0", manufacturer: null, model: null, deviceName: null, ...info,
  };
}

const description = ({ model, clientVersion, deviceName, clientName }) => (
  model ? `${model} / v${clientVersion}` : deviceName ?? clientName ?? "No Device Info");

function share({ currentTime, duration }) {
  return duration ? Math.max(0, Math.min(currentTime / duration, 1)) || 0 : 0;
}

export class Sessions {
  constructor(world) {
    Object.assign(this, world);
    this.open = new Map();
    this.rows = this.state.table("listeningSessions");
    for (const row of this.rows.all()) if (!(row.timeListening > KEPT_FROM_SECONDS)) this.rows.delete(row.id);
  }

  all() {
    return [...this.open.values()];
  }

  blank(user, item, episodeId) {
    const now = this.clock.now();
    const { metadata } = item.media;
    const episode = item.media.episodes.find((each) => each.id === episodeId);
    return {
      id: randomUUID(), userId: user.id, libraryId: item.libraryId, libraryItemId: item.id,
      bookId: episode ? null : item.media.id, episodeId: episodeId ?? null, mediaType: item.mediaType,
      mediaMetadata: this.libraries.metadata(item), chapters: item.media.chapters,
      displayTitle: episode?.title ?? metadata.title, displayAuthor: metadata.authorName ?? "",
      coverPath: null,
      duration: episode?.duration ?? item.media.duration, playMethod: DIRECT_PLAY, mediaPlayer: "unknown",
      deviceInfo: null, serverVersion: this.options.serverVersion, ...this.day(now), timeListening: 0,
      startTime: 0, currentTime: 0, startedAt: now, updatedAt: now,
    };
  }

  day(millis) {
    const time = new Date(Number.isFinite(millis) ? millis : this.clock.now());
    return {
      date: time.toISOString().slice(0, 10),
      dayOfWeek: time.toLocaleDateString("en-US", { weekday: "long", timeZone: "UTC" }),
    };
  }

  // Touches no progress. A second one of the same user and device ends the first.
  async start(user, item, episodeId, { deviceInfo, mediaPlayer = "unknown" }, address) {
    const info = device(deviceInfo, user.id, address);
    for (const other of this.all()) {
      const same = other.userId === user.id && other.deviceInfo.deviceId === info.deviceId;
      if (same) await this.close(user, other, null);
    }
    const record = this.progress.ofMedia(user, episodeId ?? item.media.id);
    const position = record && !record.isFinished ? Number.parseFloat(record.currentTime) || 0 : 0;
    const session = { ...this.blank(user, item, episodeId), deviceInfo: info, mediaPlayer };
    Object.assign(session, { startTime: position, currentTime: position });
    this.open.set(session.id, session);
    this.events.toAdmins("user_stream_update", this.users.publicJson(user));
    return session;
  }

  forClient(session, item) {
    const expanded = this.libraries.expanded(item);
    return { ...session, audioTracks: expanded.media.tracks ?? [], libraryItem: expanded };
  }

  // The last writer wins, whatever the record says. It moves the progress of `user`, who may be another.
  async sync(user, session, body) {
    const item = this.libraries.items.get(session.libraryItemId);
    if (!item) return false;
    session.currentTime = body.currentTime;
    session.timeListening += Number(body.timeListened) || 0;
    session.updatedAt = this.clock.now();
    const duration = body.duration || session.duration || 0;
    const { record } = await this.move(user, session, item, { duration });
    if (record) this.announce(user, session, record);
    this.keep(session);
    return true;
  }

  move(user, session, item, more) {
    const { settings } = this.libraries.libraries.get(item.libraryId);
    return this.progress.write(user, {
      duration: session.duration, currentTime: session.currentTime, progress: share(session), ...more,
      markAsFinishedTimeRemaining: settings.markAsFinishedTimeRemaining,
      markAsFinishedPercentComplete: settings.markAsFinishedPercentComplete,
    }, item.id, session.episodeId);
  }

  announce(user, session, record) {
    this.events.toUser(user.id, "user_item_progress_updated", {
      id: record.id, sessionId: session.id, deviceDescription: description(session.deviceInfo),
      data: shown(record),
    });
  }

  keep(session) {
    if (session.timeListening) this.rows.put({ ...session, chapters: [] });
  }

  async close(user, session, body) {
    if (body) await this.sync(user, session, body);
    else this.keep(session);
    this.events.toAdmins("user_stream_update", this.users.publicJson(user));
    this.events.toUser(session.userId, "user_session_closed", session.id);
    this.open.delete(session.id);
  }

  // A session that a client kept by itself: refused if the record is newer, the only such rule there is.
  async local(user, sent, info) {
    const item = this.libraries.items.get(sent.libraryItemId);
    const episode = item?.media.episodes.find((each) => each.id === sent.episodeId);
    if (!item || (item.mediaType === "podcast" && !episode)) {
      return { id: sent.id, success: false, error: "Media item not found" };
    }
    const session = this.localRow(user, sent, item, info);
    this.rows.put({ ...session, chapters: [] });
    const before = this.progress.ofMedia(user, session.episodeId ?? item.media.id);
    const result = { id: session.id, success: true, progressSynced: false };
    if (before && before.updatedAt > session.updatedAt) return result;
    const { record } = await this.move(user, session, item, { lastUpdate: session.updatedAt });
    if (!record) return result;
    this.announce(user, session, record);
    return { ...result, progressSynced: true };
  }

  // Ids are not checked against their owner.
  localRow(user, sent, item, info) {
    const known = this.rows.get(sent.id);
    if (known) {
      const { currentTime, updatedAt } = sent;
      return { ...known, currentTime, timeListening: sent.timeListening || null, updatedAt, ...this.day(updatedAt) };
    }
    const blank = this.blank(user, item, sent.episodeId);
    return {
      ...blank, playMethod: LOCAL, ...sent, userId: user.id, libraryId: item.libraryId, bookId: blank.bookId,
      episodeId: blank.episodeId, duration: blank.duration, deviceInfo: info,
      currentTime: sent.currentTime || 0,
      timeListening: sent.timeListening || null, updatedAt: sent.updatedAt || sent.startedAt,
      ...this.day(sent.updatedAt),
    };
  }

  deviceOf(exchange) {
    return device(exchange.body.deviceInfo, exchange.user.id, exchange.request.socket.remoteAddress);
  }
}
