// For who reads that somebody else has to do something, and is that somebody.
import * as api from "../api.js";
import { el } from "../dom.js";

export const whoRunsThis = () => el("details", {}, el("summary", {}, "Do you run this server yourself?"),
  el("p", {}, "An account that was made on a reader does not administer by itself. Start the server with ",
    el("code", { dir: "auto" }, `KOSHELF_ADMIN_USERS=${api.who().username}`), " in its environment, and sign in again."));
