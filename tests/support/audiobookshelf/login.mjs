// Logging in with a password, renewing tokens, and the limit on how often.

const COOKIE = "refresh_token";

// Counts per client address, in memory, successes too.
class RateLimit {
  constructor(options) {
    this.options = options;
    this.windows = new Map();
  }

  // False if this was one too many; the answer is then already sent.
  admits(exchange) {
    const { loginLimit, loginWindowSeconds } = this.options;
    const forwarded = exchange.header("x-forwarded-for")?.split(",")[0].trim();
    const address = forwarded || exchange.request.socket.remoteAddress;
    const now = Date.now();
    let window = this.windows.get(address);
    if (!window || window.ends <= now) {
      window = { ends: now + loginWindowSeconds * 1000, count: 0 };
      this.windows.set(address, window);
    }
    window.count++;
    const reset = Math.ceil((window.ends - now) / 1000);
    const { response } = exchange;
    response.setHeader("RateLimit-Policy", `${loginLimit};w=${loginWindowSeconds}`);
    response.setHeader("RateLimit-Limit", loginLimit);
    response.setHeader("RateLimit-Remaining", Math.max(0, loginLimit - window.count));
    response.setHeader("RateLimit-Reset", reset);
    if (window.count <= loginLimit) return true;
    response.setHeader("Retry-After", reset);
    exchange.json({ error: "Too many authentication requests" }, 429);
    return false;
  }
}

function cookie(exchange) {
  const pairs = (exchange.header("cookie") ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([name]) => name === COOKIE)?.[1];
}

export function addLoginRoutes(router, { state, tokens, users, clock, libraries, options }) {
  const limit = new RateLimit(options);
  const logins = state.table("logins"); // one refresh token each, and its predecessor for a while

  function welcome(user, via) {
    return {
      user: users.json(user, { via }), userDefaultLibraryId: libraries.firstFor(user)?.id ?? null,
      serverSettings: { id: "server-settings", version: options.serverVersion, language: "en-us" },
      ereaderDevices: [], Source: "docker",
    };
  }

  function answerWithTokens(exchange, user, login) {
    const answer = welcome(user, null);
    answer.user.accessToken = tokens.access(user);
    const inBody = exchange.header("x-return-tokens") === "true" || exchange.header("x-refresh-token");
    answer.user.refreshToken = inBody ? login.refresh : null;
    exchange.response.setHeader("Set-Cookie", `${COOKIE}=${login.refresh}; Path=/; HttpOnly; SameSite=Lax`);
    exchange.json(answer);
  }

  router.on("POST", "/login", (exchange) => {
    if (!limit.admits(exchange)) return undefined;
    const { username, password } = exchange.body;
    if (!username || password === undefined) return exchange.status(400);
    const user = users.byName(username);
    if (!user?.isActive || user.password !== password) return exchange.status(401);
    const refresh = tokens.refresh(user);
    const id = refresh.split(".")[2];
    const login = logins.put({ id, userId: user.id, refresh, previous: null, graceUntil: 0 });
    return answerWithTokens(exchange, user, login);
  });

  router.on("POST", "/auth/refresh", (exchange) => {
    if (!limit.admits(exchange)) return undefined;
    const token = exchange.header("x-refresh-token") || cookie(exchange);
    if (!token) return exchange.json({ error: "No refresh token provided" }, 401);
    const payload = tokens.verified(token);
    if (!payload) return exchange.json({ error: "Invalid refresh token" }, 401);
    if (payload.type !== "refresh") return exchange.json({ error: "Invalid token type" }, 401);
    const now = clock.now();
    const inGrace = (each) => each.previous === token && each.graceUntil > now;
    const login = logins.find((each) => each.refresh === token || inGrace(each));
    const user = login && users.table.get(login.userId);
    if (!user?.isActive) return exchange.json({ error: "Invalid refresh token" }, 401);
    if (login.refresh !== token) return answerWithTokens(exchange, user, login);
    const graceUntil = now + options.refreshGraceSeconds * 1000;
    const rotated = logins.put({ ...login, refresh: tokens.refresh(user), previous: token, graceUntil });
    return answerWithTokens(exchange, user, rotated);
  });

  router.on("POST", "/logout", (exchange) => exchange.json({}));

  router.on("POST", "/api/authorize", (exchange) => exchange.json(welcome(exchange.user, exchange.via)));
}
