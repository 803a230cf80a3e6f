// The four kinds of credentials, all signed by one secret of the server, and what each of them opens.

import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";

const ALGORITHM = { alg: "HS256", typ: "JWT" };

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

function parsedPayload(part) {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}

export class Tokens {
  constructor(state, clock, options) {
    this.clock = clock;
    this.options = options;
    this.users = state.table("users");
    this.keys = state.table("apiKeys");
    const settings = state.table("settings");
    const fresh = () => settings.put({ id: "secret", value: randomBytes(32).toString("hex") });
    this.secret = (settings.get("secret") ?? fresh()).value;
  }

  mac(text) {
    return createHmac("sha256", this.secret).update(text).digest();
  }

  sign(payload) {
    const text = `${encoded(ALGORITHM)}.${encoded({ ...payload, iat: this.clock.seconds() })}`;
    return `${text}.${this.mac(text).toString("base64url")}`;
  }

  // The payload of a token that is ours and not expired, else null.
  verified(token) {
    const parts = String(token ?? "").split(".");
    if (parts.length !== 3) return null;
    const given = Buffer.from(parts[2], "base64url");
    const due = this.mac(`${parts[0]}.${parts[1]}`);
    if (given.length !== due.length || !timingSafeEqual(given, due)) return null;
    const payload = parsedPayload(parts[1]);
    if (payload?.exp !== undefined && payload.exp <= this.clock.seconds()) return null;
    return payload;
  }

  legacy(user) {
    return this.sign({ userId: user.id, username: user.username });
  }

  access(user) {
    return this.timed(user, "access", this.options.accessTokenSeconds);
  }

  refresh(user) {
    return this.timed(user, "refresh", this.options.refreshTokenSeconds);
  }

  timed(user, type, seconds) {
    return this.sign({
      userId: user.id, username: user.username, type, jti: randomUUID(), exp: this.clock.seconds() + seconds,
    });
  }

  // A new key of the user: the record with `apiKey`, which is shown only this once.
  createKey(user, { name = "key", isActive = false, expiresIn = null, createdByUserId = null }) {
    const id = randomUUID();
    const expiresAt = expiresIn ? this.clock.now() + expiresIn * 1000 : null;
    const payload = { keyId: id, name, type: "api" };
    if (expiresAt) payload.exp = Math.floor(expiresAt / 1000);
    const record = this.keys.put({
      id, name, userId: user.id, isActive, expiresAt, createdByUserId, lastUsedAt: null,
      createdAt: this.clock.now(),
    });
    return { ...record, apiKey: this.sign(payload) };
  }

  // {user, kind} of a credential for REST calls, else null. A refresh token is none.
  forRest(token) {
    const payload = this.verified(token);
    if (!payload || payload.type === "refresh") return null;
    if (payload.type !== "api") return this.ownerOf(payload);
    if (!this.options.apiKeys) return null;
    const key = this.keys.get(payload.keyId);
    if (!key?.isActive || (key.expiresAt && key.expiresAt <= this.clock.now())) return null;
    return this.active(this.users.get(key.userId), "api");
  }

  // The same for sockets, which know no API keys.
  forSocket(token) {
    const payload = this.verified(token);
    return payload && payload.type !== "refresh" && payload.type !== "api" ? this.ownerOf(payload) : null;
  }

  ownerOf(payload) {
    if (!payload.type && !this.options.legacyTokens) return null;
    return this.active(this.users.get(payload.userId), payload.type ?? "legacy");
  }

  active(user, kind) {
    return user?.isActive ? { user, kind } : null;
  }
}
