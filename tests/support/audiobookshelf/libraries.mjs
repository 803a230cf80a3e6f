// Libraries and their items: how they are made, and the three sizes in which the server shows an item.

import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const EBOOK_TYPES = {
  ".epub": "application/epub+zip", ".pdf": "application/pdf", ".mobi": "application/x-mobipocket-ebook",
};

export class Libraries {
  constructor(state, clock) {
    this.libraries = state.table("libraries");
    this.items = state.table("items");
    this.settings = state.table("settings");
    this.directory = state.files;
    this.clock = clock;
    this.mayUse = () => true;
  }

  firstFor(user) {
    return this.libraries.find((library) => this.mayUse(user, library.id));
  }

  addLibrary({ name, mediaType = "book", settings = {} }) {
    const id = randomUUID();
    const now = this.clock.now();
    return this.libraries.put({
      id, name, folders: [{ id: randomUUID(), fullPath: `/books/${name}`, libraryId: id, addedAt: now }],
      displayOrder: this.libraries.all().length + 1, icon: "database", mediaType, provider: "google",
      settings: {
        coverAspectRatio: 1, disableWatcher: false, audiobooksOnly: false, markAsFinishedTimeRemaining: 10,
        markAsFinishedPercentComplete: null, ...settings,
      },
      lastScan: null, lastScanVersion: null, createdAt: now, lastUpdate: now,
    });
  }

  nextIno() {
    const value = (this.settings.get("ino")?.value ?? 1000) + 1;
    this.settings.put({ id: "ino", value });
    return String(value);
  }

  // Stores the bytes of a file; the entry that the server keeps of it.
  // The bytes are sent along, or lie in a file of the tests.
  storeFile(folder, { filename, base64, source }) {
    const ino = this.nextIno();
    const bytes = source ? fs.readFileSync(source) : Buffer.from(base64, "base64");
    const place = path.join(this.directory, ino);
    fs.writeFileSync(place, bytes);
    const now = this.clock.now();
    return {
      ino, addedAt: now, updatedAt: now, fileType: "ebook",
      metadata: {
        filename, ext: path.extname(filename), path: `${folder}/${filename}`, relPath: filename,
        size: bytes.length,
        mtimeMs: now, ctimeMs: now, birthtimeMs: now,
      },
    };
  }

  // `audio`: `media` of an item JSON (tracks, chapters, duration, metadata); `ebook`: {filename, base64 or source (a path)}.
  addItem({ libraryId, title = "Untitled", metadata = {}, audio = null, ebook = null, supplementary = [],
    episodes = [], cover = true, tags = [] }) {
    const library = this.libraries.get(libraryId);
    const now = this.clock.now();
    const folder = `/books/${library.name}/${title}`;
    const files = [ebook, ...supplementary].filter(Boolean).map((file, index) => (
      { ...this.storeFile(folder, file), isSupplementary: index > 0 || !ebook }));
    const tracks = (audio?.tracks ?? []).map((track, index) => this.track(folder, track, index));
    const item = {
      id: randomUUID(), ino: this.nextIno(), libraryId, folderId: library.folders[0].id, path: folder,
      relPath: title, isFile: false, mtimeMs: now, ctimeMs: now, birthtimeMs: now, addedAt: now,
      updatedAt: now,
      isMissing: false, isInvalid: false, mediaType: library.mediaType, ebooks: files, cover,
      media: {
        id: randomUUID(), tags, tracks, chapters: audio?.chapters ?? [],
        duration: audio?.duration ?? tracks.reduce((sum, track) => sum + track.duration, 0),
        metadata: { title, ...audio?.metadata, ...metadata },
        episodes: episodes.map((each) => ({ id: randomUUID(), ...each })),
      },
    };
    return this.items.put(item);
  }

  track(folder, track, index) {
    const ino = this.nextIno();
    const filename = track.title || `${String(index + 1).padStart(2, "0")}.mp3`;
    return {
      index: index + 1, startOffset: 0, duration: 0, mimeType: "audio/mpeg", codec: "mp3", ...track,
      title: filename, ino,
      metadata: {
        filename, ext: path.extname(filename), path: `${folder}/${filename}`, relPath: filename, size: 1,
      },
    };
  }

  // Replaces the ebook ({filename, base64 or source}, null: none) or merges metadata and media.
  changeItem(item, { ebook, metadata, media, cover }) {
    const changed = structuredClone(item);
    const onlyChapters = ebook === undefined && cover === undefined && !Object.keys(metadata ?? {}).length
      && Object.keys(media ?? {}).join() === "chapters";
    if (!onlyChapters) changed.updatedAt = Math.max(this.clock.now(), item.updatedAt + 1);
    if (ebook !== undefined) {
      changed.ebooks = changed.ebooks.filter((file) => file.isSupplementary);
      if (ebook) changed.ebooks.unshift({ ...this.storeFile(item.path, ebook), isSupplementary: false });
    }
    Object.assign(changed.media.metadata, metadata);
    Object.assign(changed.media, media);
    if (cover !== undefined) changed.cover = cover;
    return this.items.put(changed);
  }

  filePlace(ino) {
    return path.join(this.directory, ino);
  }

  contentType(file) {
    return EBOOK_TYPES[file.metadata.ext.toLowerCase()] ?? "application/octet-stream";
  }

  primaryEbook(item) {
    return item.ebooks.find((file) => !file.isSupplementary) ?? null;
  }

  // media.ebookFile, or null.
  ebookFile(item) {
    const file = this.primaryEbook(item);
    if (!file) return null;
    const { fileType, ...entry } = file;
    return { ...entry, ebookFormat: file.metadata.ext.slice(1).toLowerCase() };
  }

  metadata(item) {
    const given = item.media.metadata;
    const authorName = given.authorName ?? "";
    return {
      title: null, subtitle: null, genres: [], publishedYear: null, publishedDate: null, publisher: null,
      description: null, isbn: null, asin: null, language: null, explicit: false, abridged: false, ...given,
      authorName,
    };
  }

  nameFields(authorName) {
    const words = authorName.split(" ");
    const last = words.pop();
    return { authorNameLF: words.length ? `${last}, ${words.join(" ")}` : last };
  }

  coverPath(item) {
    return item.cover ? `${item.path}/cover.png` : null;
  }

  common(item) {
    const { ebooks, cover, media, ...entry } = item;
    return entry;
  }

  size(item) {
    return item.ebooks.reduce((sum, file) => sum + file.metadata.size, 0);
  }

  // In lists: no chapters, no tracks, no files; `ebookFormat` only where there is an ebook.
  minified(item) {
    const { media } = item;
    const ebook = this.ebookFile(item);
    const metadata = this.metadata(item);
    return {
      ...this.common(item),
      media: {
        id: media.id,
        metadata: { narratorName: "", seriesName: "", ...metadata, ...this.nameFields(metadata.authorName) },
        coverPath: this.coverPath(item), tags: media.tags, numTracks: media.tracks.length,
        numAudioFiles: media.tracks.length, numChapters: media.chapters.length, duration: media.duration,
        size: this.size(item), ...(ebook ? { ebookFormat: ebook.ebookFormat } : {}),
        ...(item.mediaType === "podcast" ? { numEpisodes: media.episodes.length } : {}),
      },
      numFiles: item.ebooks.length + media.tracks.length, size: this.size(item),
    };
  }

  // The item by itself: neither tracks nor duration.
  full(item) {
    const { media } = item;
    const { authorName, ...metadata } = this.metadata(item);
    const authors = authorName.split(", ").filter(Boolean).map((name) => ({ id: `author-${name}`, name }));
    const audioFiles = media.tracks.map(({ startOffset, title, ...file }) => (
      { ...file, exclude: false, chapters: [] }));
    return {
      ...this.common(item), lastScan: null, scanVersion: null,
      media: {
        id: media.id, libraryItemId: item.id, metadata: { ...metadata, authors, narrators: [], series: [] },
        coverPath: this.coverPath(item), tags: media.tags,
        ...(item.mediaType === "podcast" ? { episodes: media.episodes }
          : { audioFiles, chapters: media.chapters, ebookFile: this.ebookFile(item) }),
      },
      libraryFiles: item.ebooks,
    };
  }

  expanded(item) {
    const { media } = item;
    const full = this.full(item);
    const metadata = this.metadata(item);
    const contentUrl = (track) => `/api/items/${item.id}/file/${track.ino}`;
    const ebook = this.ebookFile(item);
    Object.assign(full.media.metadata, {
      authorName: metadata.authorName, narratorName: "", seriesName: "",
      ...this.nameFields(metadata.authorName),
    });
    Object.assign(full.media, {
      tracks: media.tracks.map((track) => ({ ...track, contentUrl: contentUrl(track) })),
      duration: media.duration,
      numTracks: media.tracks.length, numAudioFiles: media.tracks.length, numChapters: media.chapters.length,
      size: this.size(item), ...(ebook ? { ebookFormat: ebook.ebookFormat } : {}),
    });
    return { ...full, size: this.size(item) };
  }
}
