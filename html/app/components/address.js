// The address that somebody types into a reader.
import { basePath } from "../api.js";
import { copyable } from "./copy.js";
import { el, field } from "../dom.js";
import { recall, remember } from "../remember.js";
import { qrPicture } from "./qr_picture.js";

const LOCAL = ["localhost", "127.0.0.1", "[::1]"];
const HOST = "host"; // what is remembered under that name

export const isLocal = () => LOCAL.includes(location.hostname);

// That of this page; opened on the server's own machine, with the name that somebody has given for others. Null if that is
// none.
export function readerAddress(host = isLocal() ? recall(HOST, "") : "") {
  if (!host) return location.origin + basePath;
  if (!/^([^\s/?#@:[\]]+|\[[0-9a-f:.]+\])$/i.test(host)) return null;
  const port = location.port ? `:${location.port}` : "";
  try {
    return new URL(`${location.protocol}//${host}${port}`).origin + basePath;
  } catch {
    return null;
  }
}

// Of what somebody types, perhaps a whole address, the name.
const hostOf = (text) => text.trim().replace(/^[a-z]+:\/\//i, "").replace(/[/?#].*$/, "").replace(/:\d*$/, "");

function hostField(show) {
  const host = field("The server’s name or IP address in your network", { value: recall(HOST, ""), placeholder: "192.168.1.20",
    autocomplete: "off", spellcheck: "false", autocapitalize: "none" },
  "You have opened this page as localhost, which only the server itself can do. Readers and other people need this name.");
  host.input.addEventListener("input", () => {
    const name = hostOf(host.input.value);
    const address = readerAddress(name);
    host.fail(address ? "" : "That is neither a name nor an IP address.");
    if (!address) return;
    remember(HOST, name);
    show(address);
  });
  return host.element;
}

// The address, or what is `of(address)`, with a copy button and a QR code. `what` it is called.
export function addressPanel(what = "the address", of = (address) => address) {
  const copy = copyable("", what);
  const picture = el("div", { class: "qr-frame" });
  const show = (address) => {
    copy.show(of(address));
    picture.replaceChildren(qrPicture(of(address)) ?? "");
  };
  show(readerAddress());
  return el("div", { class: "address-panel" }, el("div", {}, copy.element,
    el("p", { class: "quiet" }, "The code holds the same, for a phone or tablet."), isLocal() ? hostField(show) : null), picture);
}

const REGISTER = ". Think of a name and a password, and register. On your next device, log in with the same two.";

// What to do on the reader. `name`: who logs in, if that is known; `here`: the account is made on this page before that
// (the first one administers only then); `register`: a reader may make one.
export const readerSteps = (name = "", { here = false, register = true } = {}) => el("ol", { class: "numbered" },
  here ? el("li", {}, "Make your account on this page first.") : null,
  el("li", {}, "In KOReader, open a book and go to ", el("b", {}, "Tools › Progress sync › Custom sync server"), "."),
  el("li", {}, "Type the address, with ", el("b", {}, "https://"), " and the number at the end."),
  el("li", {}, "Choose ", el("b", {}, "Register / Login"),
    name ? [" and log in as ", el("b", { dir: "auto" }, name), " with the same password."]
    : here || !register ? " and log in with the name and password of your account." : REGISTER),
  el("li", {}, "Turn a page. The book appears here."));

export const aboutCertificate = () => el("details", {}, el("summary", {}, "Why does my browser warn about the certificate?"),
  el("p", {}, "Unless its owner put another one in place, this server made its certificate by itself. The connection is "
    + "encrypted all the same, but nobody vouches for who is at the other end, and so a browser asks you first. KOReader "
    + "accepts it without asking."),
  el("p", {}, "To be rid of the warning, put a certificate of your own in place, or a reverse proxy that has one in front."));

export const aboutMatching = () => el("details", {}, el("summary", {}, "The same book on two devices, but not the same file?"),
  el("p", {}, "KOReader knows a book by its file. If the files differ, set ", el("b", {}, "Document matching method"),
    " to file names on all devices, or merge the two on the book’s page here."));

export const aboutData = () => el("details", {}, el("summary", {}, "What is kept here?"),
  el("p", {}, "For each book: its identifier, title and author, your positions, the times, and the names of the devices that "
    + "sent them. The books themselves never leave your device."));
