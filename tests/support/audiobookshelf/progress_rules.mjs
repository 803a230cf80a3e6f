// How a progress record comes to be and changes. Pure: a body, a record and the time in, the record out.

const COLUMNS = ["duration", "currentTime", "isFinished", "hideFromContinueListening", "ebookLocation",
  "ebookProgress", "finishedAt", "extraData", "userId", "mediaItemId", "mediaItemType", "podcastId"];
const DEFAULT_SECONDS_REMAINING = 10;

// A value that the database refuses; the refusal is handled nowhere, so the process ends.
export class FatalValue extends Error {}

function checkLocation(body) {
  if (body.ebookLocation !== null && typeof body.ebookLocation === "object") {
    throw new FatalValue("ebookLocation cannot be an array or an object");
  }
}

function numberOrZero(value) {
  return value === null || value === undefined || Number.isNaN(Number(value)) ? 0 : Number(value);
}

function millis(value) {
  const time = new Date(value).valueOf();
  return Number.isNaN(time) ? null : time;
}

function share({ currentTime, duration }) {
  return duration ? Math.max(0, Math.min(currentTime / duration, 1)) : 0;
}

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

// A first write. `lastUpdate`, `startedAt` and `extraData` of the body count for nothing.
export function created(body, { id, userId, libraryItemId, mediaItemId, mediaItemType, now }) {
  checkLocation(body);
  const isFinished = Boolean(body.isFinished);
  return {
    id, userId, mediaItemId, mediaItemType,
    duration: numberOrZero(body.duration), currentTime: numberOrZero(body.currentTime), isFinished,
    hideFromContinueListening: Boolean(body.hideFromContinueListening),
    ebookLocation: body.ebookLocation || null, ebookProgress: numberOrZero(body.ebookProgress),
    finishedAt: isFinished ? millis(body.finishedAt || now) : null,
    extraData: { libraryItemId, progress: isFinished ? 1 : numberOrZero(body.progress) },
    createdAt: millis(body.createdAt || now) ?? now, updatedAt: now,
  };
}

// True where `record` is in the end zone that finishes it by itself.
function atTheEnd(record, body) {
  const percent = Number(body.markAsFinishedPercentComplete);
  if (percent > 0) return share(record) > percent / 100;
  const remaining = body.markAsFinishedTimeRemaining;
  const zone = remaining === null || remaining === undefined || Number.isNaN(Number(remaining))
    ? DEFAULT_SECONDS_REMAINING : Number(remaining);
  return record.duration - record.currentTime < zone;
}

// The finished flag first, for it decides whether `progress` and `currentTime` of the same body count.
function applyFlagOrShare(record, body, now) {
  if (body.isFinished !== undefined) {
    if (body.isFinished && !record.isFinished) {
      record.finishedAt = millis(body.finishedAt || now) ?? now;
      record.extraData = { ...record.extraData, progress: 1 };
      delete body.finishedAt;
      return true;
    }
    if (!body.isFinished && record.isFinished) {
      record.finishedAt = null;
      record.extraData = { ...record.extraData, progress: 0 };
      record.currentTime = 0;
      delete body.finishedAt;
      delete body.currentTime;
      return true;
    }
    return false;
  }
  // Number() as the server compares: text of a number is one, null is 0.
  if (Number.isNaN(Number(body.progress)) || body.progress === share(record)) return false;
  record.extraData = { ...record.extraData, progress: Math.min(1, Math.max(0, body.progress)) };
  return true; // also where the stored share is the same as before
}

// Every key that is a column, wanted or not, and dotted keys into extraData.
function applyColumns(record, body) {
  let changed = false;
  for (const [key, value] of Object.entries(body)) {
    if (key.startsWith("extraData.")) {
      const name = key.slice("extraData.".length);
      if (same(record.extraData?.[name], value)) continue;
      record.extraData = { ...record.extraData, [name]: value };
      changed = true;
    } else if (COLUMNS.includes(key) && value !== undefined && !same(record[key], value)) {
      record[key] = key === "finishedAt" && value !== null ? millis(value) : value;
      changed = true;
    }
  }
  return changed;
}

// A later write: the record as it is then. Nothing is compared with what was there before.
export function updated(before, sent, now) {
  const body = { ...sent };
  checkLocation(body);
  const record = { ...before };
  let changed = applyFlagOrShare(record, body, now);
  changed = applyColumns(record, body) || changed;
  if ("currentTime" in body && body.currentTime === undefined) delete record.currentTime; // a sync of `{}`
  const moved = record.currentTime !== before.currentTime;
  if (moved && record.hideFromContinueListening && !body.hideFromContinueListening) {
    record.hideFromContinueListening = false;
    changed = true;
  }
  const end = Boolean(record.duration) && atTheEnd(record, body);
  if (end && !record.isFinished) {
    record.isFinished = true;
    record.finishedAt ||= now;
    record.extraData = { ...record.extraData, progress: 1 };
    changed = true;
  } else if (!end && record.isFinished && moved) {
    record.isFinished = false; // also by the very body that finishes it, where the duration is not known
    record.finishedAt = null;
    changed = true;
  }
  if (changed) record.updatedAt = now;
  const time = body.lastUpdate ? millis(body.lastUpdate) : null;
  return time === null ? record : reloaded({ ...record, updatedAt: time });
}

// As clients see it.
export function shown(record) {
  return {
    id: record.id, userId: record.userId, libraryItemId: record.extraData?.libraryItemId ?? null,
    episodeId: record.mediaItemType === "podcastEpisode" ? record.mediaItemId : null,
    mediaItemId: record.mediaItemId, mediaItemType: record.mediaItemType,
    duration: record.duration, progress: record.extraData?.progress ?? 0, currentTime: record.currentTime,
    isFinished: Boolean(record.isFinished),
    hideFromContinueListening: Boolean(record.hideFromContinueListening),
    ebookLocation: record.ebookLocation, ebookProgress: record.ebookProgress,
    lastUpdate: record.updatedAt, startedAt: record.createdAt, finishedAt: record.finishedAt,
  };
}

// As read back from the database, after a restart or a write of lastUpdate: what is no number in a column of
// numbers is none.
export function reloaded(record) {
  const number = (value) => {
    const parsed = value === null || value === undefined || value === "" ? NaN : Number(value);
    return Number.isNaN(parsed) ? null : parsed;
  };
  return {
    ...record, duration: number(record.duration), currentTime: number(record.currentTime),
    ebookProgress: number(record.ebookProgress),
    ebookLocation: record.ebookLocation === null ? null : String(record.ebookLocation),
  };
}
