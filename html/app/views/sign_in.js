// The way in: the first account of all, signing in, a new account, or one by invitation.
import * as api from "../api.js";
import { aboutCertificate, aboutData, aboutMatching, addressPanel, readerSteps } from "../components/address.js";
import { failed } from "../components/states.js";
import { el, fill, field, form, tick } from "../dom.js";
import { invitation } from "../router.js";

function wrongField(error, name, password) {
  if (error.status === 401) return password.fail("Name or password is wrong.");
  if (error.field === "username" || [402, 409].includes(error.status)) return name.fail(error.message);
  return password.fail(error.message);
}

// `fresh`: the account is made, not asked for.
function credentialsForm({ title, text, action, fresh, submit, more = null }) {
  const name = field("Name", { autocomplete: "username", autocapitalize: "none", spellcheck: "false" });
  const password = field("Password", { type: "password", autocomplete: fresh ? "new-password" : "current-password" },
    fresh ? "KOReader asks for the same two." : null);
  const stay = fresh ? null : tick("Stay signed in on this device");
  const send = async () => {
    name.fail("");
    password.fail("");
    if (!name.input.value || name.input.value.includes(":")) return name.fail("A name without a colon, please.");
    if (!password.input.value) return password.fail("A password is missing.");
    try {
      return await submit(name.input.value, password.input.value, stay?.input.checked);
    } catch (error) {
      return wrongField(error, name, password);
    }
  };
  return el("section", { class: "card" }, el("h1", {}, title), text ? el("p", {}, text) : null,
    form(send, name.element, password.element, stay?.element, el("div", { class: "actions" },
      el("button", { type: "submit" }, action), more)));
}

const guide = (ways) => el("section", { class: "guide", "aria-labelledby": "guide-title" },
  el("h2", { id: "guide-title" }, "The address for your reader"), addressPanel(), readerSteps("", ways), aboutMatching(),
    aboutCertificate(), aboutData());

const switchTo = (label, show) => el("button", { type: "button", class: "plain", onclick: show }, label);

// The forms, each of which may lead to another; `show(form)` puts one in place.
function ways(registration, show, done) {
  const begin = async () => {
    history.replaceState(null, "", "#/start");
    await done();
  };
  const signIn = () => show(credentialsForm({
    title: "Sign in",
    text: "With the name and password that your reader uses.",
    action: "Sign in",
    submit: async (name, password, stay) => {
      await api.signIn(name, password, stay);
      if (invitation()) history.replaceState(null, "", "#/library");
      await done();
    },
    more: registration ? switchTo("Create an account", create) : null,
  }));
  const create = () => show(credentialsForm({
    title: "Create an account",
    text: "Or register on your reader: it is the same.",
    action: "Create",
    fresh: true,
    submit: async (name, password) => { await api.createAccount(name, password); await begin(); },
    more: switchTo("I have one", signIn),
  }));
  const invited = (code) => show(credentialsForm({
    title: "You are invited",
    text: "Think of a name and a password. They are for this page and for your readers.",
    action: "Create my account",
    fresh: true,
    submit: async (name, password) => { await api.createAccount(name, password, { invitation: code }); await begin(); },
    more: switchTo("I have one", signIn),
  }));
  const first = () => show(credentialsForm({
    title: "Welcome",
    text: "This server is new. The account that you make now administers it, and is also good for your readers.",
    action: "Create the first account",
    fresh: true,
    submit: async (name, password) => { await api.createAccount(name, password, { first: true }); await begin(); },
  }));
  return { signIn, invited, first };
}

// Drawn again, for example after an outage, it keeps what somebody has typed, unless something else is asked for now.
export async function signInView(place, done) {
  let state;
  try {
    state = await api.setup();
  } catch (error) {
    if (!place.dataset.asks) fill(place, el("div", { class: "way-in" }, failed(error, () => signInView(place, done))));
    return;
  }
  const asks = JSON.stringify([state.first_run, state.registration, invitation()]);
  if (place.dataset.asks === asks) return;
  place.dataset.asks = asks;
  const card = el("div", { class: "way-in" });
  fill(place, card, guide({ here: state.first_run || invitation() !== "", register: state.registration }));
  const { signIn, invited, first } = ways(state.registration, (shown) => card.replaceChildren(shown), done);
  if (state.first_run) first();
  else if (invitation()) invited(invitation());
  else signIn();
}
