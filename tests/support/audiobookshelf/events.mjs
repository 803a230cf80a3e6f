// Socket.IO on top of the engine: who is connected as whom, and what is told to whom.

import { randomBytes } from "node:crypto";

class Client {
  constructor(engineSession) {
    this.engineSession = engineSession;
    this.id = null; // set when the namespace is connected
    this.userId = null;
  }

  emit(name, ...values) {
    if (this.id) this.engineSession.send(`42${JSON.stringify([name, ...values])}`);
  }
}

export class Events {
  constructor(engine, users, tokens, clock) {
    this.users = users;
    this.tokens = tokens;
    this.clock = clock;
    this.clients = new Set();
    engine.onSession = (session) => this.welcome(session);
  }

  welcome(session) {
    const client = new Client(session);
    this.clients.add(client);
    session.client = client;
    session.onMessage = (packet) => this.received(client, packet);
    session.onClose = () => this.gone(client);
  }

  gone(client) {
    this.clients.delete(client);
    const user = this.userOf(client);
    if (user) this.toAdmins("user_offline", this.users.publicJson(user));
  }

  userOf(client) {
    return client.userId ? this.users.table.get(client.userId) : undefined;
  }

  received(client, packet) {
    if (packet.startsWith("0")) return this.connect(client, packet.slice(1));
    if (!client.id) return client.engineSession.dismiss(); // an event before the connection is confirmed
    if (packet.startsWith("1")) client.id = null;
    if (!packet.startsWith("2")) return undefined;
    const [name, ...values] = this.event(packet.slice(1));
    if (name === "auth") this.authenticate(client, values[0]);
    if (name === "ping") client.emit("pong");
    return undefined;
  }

  event(text) {
    try {
      const parsed = JSON.parse(text.slice(text.indexOf("[")));
      return Array.isArray(parsed) ? parsed : [];
    } catch {
      return [];
    }
  }

  // The confirmation is sent in a later turn: an event in the same POST comes too early.
  connect(client, payload) {
    if (payload.startsWith("/")) {
      const namespace = payload.split(",")[0];
      return client.engineSession.send(`44${namespace},{"message":"Invalid namespace"}`);
    }
    return setImmediate(() => {
      if (client.engineSession.farewell) return;
      client.id = randomBytes(15).toString("base64url");
      client.engineSession.send(`40${JSON.stringify({ sid: client.id })}`);
    });
  }

  // A refusal leaves the client as whoever it was before.
  authenticate(client, token) {
    const owner = this.tokens.forSocket(token);
    if (!owner) return client.emit("auth_failed", { message: "Invalid token" });
    const { user } = owner;
    client.userId = user.id;
    this.toAdmins("user_online", this.users.publicJson(user));
    this.users.table.put({ ...user, lastSeen: this.clock.now() });
    const init = { userId: user.id, username: user.username };
    if (this.users.isAdmin(user)) init.usersOnline = this.online();
    return client.emit("init", init);
  }

  online() {
    const connections = new Map();
    for (const { userId } of this.clients) {
      if (userId) connections.set(userId, (connections.get(userId) ?? 0) + 1);
    }
    return [...connections].map(([id, count]) => (
      { ...this.users.publicJson(this.users.table.get(id)), connections: count }));
  }

  toUser(userId, name, value) {
    for (const client of this.clients) if (client.userId === userId) client.emit(name, value);
  }

  toAdmins(name, value) {
    for (const client of this.clients) {
      const user = this.userOf(client);
      if (user && this.users.isAdmin(user)) client.emit(name, value);
    }
  }

  // To all who may see the item. `make` gives what is told.
  toReaders(item, name, make) {
    for (const client of this.clients) {
      const user = this.userOf(client);
      if (user && this.users.mayUseItem(user, item)) client.emit(name, make());
    }
  }
}
