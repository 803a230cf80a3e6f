// Looking again and again, for as long as somebody looks at the page. Returns what stops it.
export function poll(pause, work) {
  let gone = false;
  const turn = async () => {
    if (gone) return;
    if (!document.hidden) await work().catch(() => {}); // the notice at the top says why
    if (!gone) setTimeout(turn, pause);
  };
  turn();
  return () => { gone = true; };
}
