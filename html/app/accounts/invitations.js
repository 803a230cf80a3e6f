// Invitations: a link that makes an account although registration is closed.
import * as api from "../api.js";
import { confirm, tell } from "../components/dialog.js";
import { addressPanel } from "../components/address.js";
import { attempt, note } from "../components/notes.js";
import { load } from "../components/states.js";
import { button, el, field, fill, form } from "../dom.js";
import { ago, count, moment } from "../format.js";

const PATH = "/admin/invitations";

const showOnce = (invitation) => tell("The invitation",
  el("p", {}, "Send this link to whom you invite. It is shown this once: what is kept here cannot be turned back into it."),
  addressPanel("the invitation", (address) => `${address}/audiobookshelf#/invite/${api.segment(invitation.code)}`),
  el("p", { class: "quiet" }, `Good for ${count(invitation.uses_left, "account")}, until ${moment(invitation.expires * 1000)}.`));

function row(invitation, reload) {
  const revoke = async () => {
    const sure = await confirm("Take the invitation back?", "Its link makes no more accounts. Those that it made stay.",
      "Take it back");
    if (!sure) return;
    await attempt(async () => {
      await api.call("DELETE", `${PATH}/${api.segment(invitation.id)}`);
      note("The invitation is taken back.");
      await reload();
    });
  };
  const used = invitation.used_by ?? [];
  const expired = invitation.expires * 1000 < Date.now();
  return el("li", {}, el("div", {}, el("b", { dir: "auto" }, invitation.note || "Without a note"), " ",
    expired ? el("span", { class: "badge" }, "Over") : null,
    el("p", { class: "quiet" }, [invitation.uses_left ? `${count(invitation.uses_left, "account")} left` : "used up",
      `${expired ? "ended" : "ends"} ${ago(invitation.expires * 1000)}`,
      invitation.by ? `by ${invitation.by}` : ""].filter(Boolean).join(" · ")),
    used.length ? el("p", { class: "quiet", dir: "auto" }, `Used by ${used.join(", ")}`) : null),
  button("Take back", revoke, { class: "second", "aria-label": `Take back ${invitation.note || "the invitation"}` }));
}

function creation(reload) {
  const text = field("For whom", { autocomplete: "off", placeholder: "Bob" }, "Only you see this");
  const uses = field("Accounts", { type: "number", min: 1, max: 1000, value: 1, inputmode: "numeric" });
  const days = field("Days", { type: "number", min: 1, max: 365, value: 14, inputmode: "numeric" });
  const fields = { note: text, uses, days };
  return form(async () => {
    Object.values(fields).forEach((each) => each.fail(""));
    try {
      const made = await api.call("POST", PATH,
        { note: text.input.value.trim(), uses: Number(uses.input.value), days: Number(days.input.value) });
      text.input.value = "";
      await showOnce(made);
      await reload();
    } catch (error) {
      (fields[error.field] ?? text).fail(error.message);
    }
  }, el("div", { class: "side-by-side three" }, text.element, uses.element, days.element),
    el("div", { class: "actions" }, el("button", { type: "submit" }, "Invite")));
}

export function invitations() {
  const list = el("ul", { class: "items" });
  const reload = () => load(list, async () => {
    const all = [];
    await api.walk(PATH, "invitations", (page) => { all.push(...page); });
    return all;
  }, (all) => fill(list, all.map((each) => row(each, reload))));
  reload();
  return el("section", { class: "card" }, el("h2", {}, "Invitations"),
    el("p", { class: "quiet" }, "A link that makes an account, also while registration is closed."), creation(reload), list);
}
