// The devices of the account: when they were last heard of, and why two of them do not meet.
import * as api from "../api.js";
import { confirm } from "../components/dialog.js";
import { attempt, note } from "../components/notes.js";
import { empty, failed, poll, skeleton } from "../components/states.js";
import { el, fill, keepingFocus } from "../dom.js";
import { deviceCard } from "../devices/device_card.js";
import { mergeFinder } from "../devices/merging.js";

const PULSE = 10_000; // ms
const MERGEABLE = ["methods_differ", "same_name"];

function problemList(problems) {
  return problems.length ? el("section", { class: "card problem-card", "aria-label": "What is the matter" },
    el("ul", { class: "problems" }, problems.map((each) => el("li", {},
    each.message, MERGEABLE.includes(each.problem) ? [" ", el("button", { type: "button", class: "plain inline", "data-key": each.problem, onclick: () => {
      const target = document.getElementById("merging");
      target.scrollIntoView({ block: "start" });
      target.querySelector("button").focus();
    } }, "Look for books to merge")] : null)))) : null;
}

async function everything(owner) {
  const devices = [];
  let cursor = null;
  let problems = [];
  do {
    const page = await api.get(`/admin/devices${api.query({ ...owner, cursor })}`);
    devices.push(...page.devices);
    problems = page.problems ?? problems;
    cursor = page.next;
  } while (cursor);
  return { devices, problems };
}

const noDevices = () => empty("No devices yet", el("p", {}, "A device appears here with the first place that it sends."),
  api.isOwn() ? el("div", { class: "actions" }, el("a", { class: "button", href: "#/start/reader" }, "Set up a reader")) : null);

export async function devicesView(place) {
  const content = el("div");
  const owner = api.owner();
  const finder = mergeFinder();
  fill(place, el("h1", { tabindex: "-1" }, "Devices"), content);
  fill(content, skeleton(2, "block"));
  let shown = "";
  const forget = async (device) => {
    const sure = await confirm(`Forget ${device.device}?`,
      "Its books and places stay. If it sends something again, it comes back to this list.", "Forget");
    if (!sure) return;
    await attempt(async () => {
      await api.call("DELETE", `/admin/devices/${api.segment(device.id)}${api.query(owner)}`);
      note(`${device.device} is forgotten.`);
      await look();
    });
  };
  const look = async () => {
    try {
      const found = await everything(owner);
      const state = JSON.stringify([found, Math.floor(Date.now() / 60_000)]);
      if (state === shown) return;
      shown = state;
      keepingFocus(place, () => fill(content, found.devices.length ? [problemList(found.problems),
        el("ul", { class: "device-list" }, found.devices.map((each) => deviceCard(each, forget)))] : noDevices()));
      if (found.devices.length && !finder.element.isConnected) place.append(finder.element);
    } catch (error) {
      if (!shown) fill(content, failed(error, look));
    }
  };
  const stop = poll(PULSE, look);
  return () => { stop(); finder.stop(); };
}
