// Finds the one element a person would mean by some words. kind "press" is what can be pressed, "field" what can be filled
// in, "choice" what can be ticked. Exact words win over words within; of nested matches the innermost wins.
(function (kind, words, scope) {
  const flat = (s) => (s || "").replace(/\s+/g, " ").trim();
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  const parts = "tr,li,dt,dd,fieldset,article,section,form,dialog,details,[role=group],[role=row],[role=dialog],.card,div";
  const within = () => {
    if (!scope) return document;
    const all = [...document.querySelectorAll(parts)].filter((e) => shown(e) && flat(e.innerText).includes(scope));
    const holds = all.filter((e) => candidates(e).length > 0);
    return holds.find((e) => !holds.some((o) => o !== e && e.contains(o)));
  };
  const byId = (ids) => flat((ids || "").split(/\s+/).map((id) => (document.getElementById(id) || {}).textContent).join(" "));
  const labelled = (e) =>
    flat(e.getAttribute("aria-label")) || byId(e.getAttribute("aria-labelledby")) ||
    flat([...(e.labels || [])].map((l) => l.innerText || l.textContent).join(" "));
  const name = (e) => {
    if (kind !== "press") return labelled(e);
    if (e.tagName === "INPUT") return flat(e.getAttribute("aria-label")) || flat(e.value);
    return flat(e.getAttribute("aria-label")) || flat(e.innerText) || flat(e.title);
  };
  const which = {
    press: "a[href],button,summary,input[type=submit],input[type=button],[role=button],[role=tab],[role=menuitem],label",
    field: "input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=checkbox]):not([type=radio]),select,textarea",
    choice: "input[type=checkbox],input[type=radio]",
  }[kind];
  function candidates(root) {
    const all = [...root.querySelectorAll(which)].filter((e) => kind !== "press" || shown(e));
    const exact = all.filter((e) => name(e) === words);
    const some = exact.length > 0 ? exact : all.filter((e) => name(e).includes(words));
    const inner = some.filter((e) => !some.some((o) => o !== e && e.contains(o)));
    const real = inner.filter((e) => e.tagName !== "LABEL");
    return real.length > 0 ? real : inner;
  }
  const root = within();
  const found = root ? candidates(root) : [];
  if (found.length > 1) throw new Error(found.length + " things on the page are called “" + words + "”: say which with In");
  return found[0] || null;
})
