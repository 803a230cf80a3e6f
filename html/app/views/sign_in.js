// The way in: the first account of all, signing in, or a new account.
import * as api from "../api.js";
import { el, field, form } from "../dom.js";

function credentialsForm({ title, text, action, fresh, submit, more = null }) {
  const name = field("Name", { autocomplete: "username", autocapitalize: "none", spellcheck: "false" });
  const password = field("Password", { type: "password", autocomplete: fresh ? "new-password" : "current-password" },
    fresh ? "KOReader asks for the same two." : null);
  const send = async () => {
    name.fail("");
    password.fail("");
    if (!name.input.value || name.input.value.includes(":")) return name.fail("A name without a colon, please.");
    if (!password.input.value) return password.fail("A password is missing.");
    try {
      return await submit(name.input.value, password.input.value);
    } catch (error) {
      if (error.status === 401) return password.fail("Name or password is wrong.");
      if (error.field === "username" || [402, 409].includes(error.status)) return name.fail(error.message);
      return password.fail(error.message);
    }
  };
  return el("section", { class: "card" }, el("h1", {}, title), text ? el("p", {}, text) : null,
    form(send, name.element, password.element, el("div", { class: "actions" },
      el("button", { type: "submit" }, action), more)));
}

const switchTo = (label, show) => el("button", { type: "button", class: "plain", onclick: show }, label);

export async function signInForm(done) {
  const state = await api.setup().catch(() => ({}));
  const place = el("div");
  const show = (card) => place.replaceChildren(card);
  const signIn = () => show(credentialsForm({
    title: "Sign in",
    text: "With the name and password that your reader uses.",
    action: "Sign in",
    submit: async (name, password) => { await api.signIn(name, password); await done(); },
    more: state.registration ? switchTo("Create an account", create) : null,
  }));
  const create = () => show(credentialsForm({
    title: "Create an account",
    text: "Or register on your reader: it is the same.",
    action: "Create",
    fresh: true,
    submit: async (name, password) => { await api.createAccount(name, password, false); await done(); },
    more: switchTo("I have one", signIn),
  }));
  if (state.first_run) {
    show(credentialsForm({
      title: "Welcome",
      text: "This server is new. The account that you make now administers it, and is also good for your readers.",
      action: "Create the first account",
      fresh: true,
      submit: async (name, password) => { await api.createAccount(name, password, true); await done(); },
    }));
  } else signIn();
  return place;
}
