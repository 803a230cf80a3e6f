// Covers: asked for when they come into sight, a few at a time, and not at all for a while where Audiobookshelf is away.
import { cover } from "../api.js";
import { el } from "../dom.js";

const AT_ONCE = 2; // the server has few workers for the console
const REST = 30_000; // ms
const KEPT = 400; // pictures
const PASSING = [0, 401, 429]; // what the server says that may be otherwise soon, beside its own troubles
const known = new Map(); // "item width account" -> address, or null where there is none
const wanted = []; // {key, item, width, user, frame}
let busy = 0;
let restUntil = 0;

function put(frame, address) {
  if (!address) return;
  frame.classList.add("filled");
  frame.replaceChildren(el("img", { src: address, alt: "", decoding: "async" }));
}

function keep(key, address) {
  known.set(key, address);
  if (known.size <= KEPT) return;
  const [oldest, old] = known.entries().next().value;
  known.delete(oldest);
  if (old) URL.revokeObjectURL(old);
}

async function fetchOne(job) {
  const { key, item, width, user, frame } = job;
  try {
    if (!known.has(key)) keep(key, await cover(item, width, user));
    put(frame, known.get(key));
  } catch (error) {
    if (!PASSING.includes(error.status) && error.status < 500) return;
    restUntil = Date.now() + REST;
    wanted.unshift(job);
    setTimeout(work, REST + 100);
  }
}

function work() {
  while (busy < AT_ONCE && wanted.length && Date.now() > restUntil) {
    const next = wanted.pop(); // what came into sight last is what somebody looks at
    if (!next.frame.isConnected) continue;
    busy += 1;
    fetchOne(next).finally(() => { busy -= 1; work(); });
  }
}

const jobs = new WeakMap();
const sight = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    sight.unobserve(target);
    wanted.push(jobs.get(target));
  }
  work();
}, { rootMargin: "200px" });

export function showCover(frame, item, width, user) {
  const key = `${item} ${width} ${user}`;
  if (known.get(key)) {
    put(frame, known.get(key));
    return;
  }
  jobs.set(frame, { key, item, width, user, frame });
  sight.observe(frame);
}
