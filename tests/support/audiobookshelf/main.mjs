// A simulated Audiobookshelf 2.36 for tests:
//
//     main.mjs --port N --control-port N --state DIRECTORY [--options JSON]
//
// It listens on 127.0.0.1 only, keeps its state in the directory, and behaves as docs/audiobookshelf.md says.

import { parseArgs } from "node:util";

import { Clock } from "./clock.mjs";
import { Control } from "./control.mjs";
import { Engine } from "./engine.mjs";
import { Events } from "./events.mjs";
import { Faults } from "./faults.mjs";
import { Libraries } from "./libraries.mjs";
import { addLibraryRoutes } from "./library_routes.mjs";
import { addLoginRoutes } from "./login.mjs";
import { Progress, addProgressRoutes } from "./progress.mjs";
import { RequestLog } from "./request_log.mjs";
import { Router } from "./router.mjs";
import { Server } from "./server.mjs";
import { addSessionRoutes } from "./session_routes.mjs";
import { Sessions } from "./sessions.mjs";
import { State } from "./state.mjs";
import { addStatusRoutes } from "./status_routes.mjs";
import { Tokens } from "./tokens.mjs";
import { addUserRoutes } from "./user_routes.mjs";
import { Users } from "./users.mjs";

const DEFAULTS = {
  serverVersion: "2.36.0",
  progressList: true, // GET /api/me/progress, new in 2.36
  apiKeys: true, // new in 2.26
  legacyTokens: true, // announced to go away
  userProgressRoutes: false, // /api/users/:id/progress/:item, which the real one has not, but a fork may
  ranges: true, // of e-book files; false: every request gets the whole file
  pingIntervalMs: 25000,
  pingTimeoutMs: 20000,
  creationDelayMs: 5, // between looking for a progress record and creating it
  accessTokenSeconds: 3600,
  refreshTokenSeconds: 30 * 24 * 3600,
  refreshGraceSeconds: 600,
  loginLimit: 40,
  loginWindowSeconds: 600,
  shiftMillis: 0, // of the clock
};

function world(directory, options) {
  const state = new State(directory);
  const clock = new Clock(options.shiftMillis);
  const tokens = new Tokens(state, clock, options);
  const progress = new Progress(state, clock, options);
  const users = new Users({ state, clock, tokens, progress, options });
  const libraries = new Libraries(state, clock);
  libraries.mayUse = (user, libraryId) => users.mayUseLibrary(user, libraryId);
  const engine = new Engine(options);
  const events = new Events(engine, users, tokens, clock);
  const parts = { state, clock, tokens, progress, users, libraries, engine, events, options };
  const sessions = new Sessions(parts);
  users.openSessions = () => sessions.all();
  return { ...parts, sessions, faults: new Faults(), log: new RequestLog(directory) };
}

function publicRouter(parts) {
  const router = new Router();
  for (const add of [addStatusRoutes, addLoginRoutes, addUserRoutes, addProgressRoutes, addSessionRoutes,
    addLibraryRoutes]) add(router, parts);
  return router;
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: "string" }, "control-port": { type: "string" }, state: { type: "string" },
      options: { type: "string", default: "{}" },
    },
  });
  const parts = world(values.state, { ...DEFAULTS, ...JSON.parse(values.options) });
  const server = new Server({ ...parts, router: publicRouter(parts) });
  await server.listen(Number(values.port));
  await new Control(parts).listen(Number(values["control-port"]));
  console.log(`listening on 127.0.0.1:${values.port}, control on ${values["control-port"]}`);
  // Told politely, it says goodbye to those who poll; SIGTERM and SIGKILL just cut them off.
  process.on("SIGINT", () => {
    parts.engine.closeAll("server shutting down");
    setImmediate(() => process.exit(0));
  });
}

await main();
