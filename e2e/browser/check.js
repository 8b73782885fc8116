// Looks a page over as a careful tester would and says what is wrong, as a list of [code, sentence]. The codes are those of
// docs/acceptance.md. It changes nothing that it does not put back.
(function (large) {
  const bad = [], doc = document.documentElement, body = document.body;
  const say = (code, text, e) => bad.push([code, e ? text + ": " + e.outerHTML.replace(/\s+/g, " ").replace(/ (href|id|for|value)="[^"]*"/g, "").slice(0, 110) : text]);
  const all = (sel, root) => [...(root || document).querySelectorAll(sel)];
  const flat = (s) => (s || "").replace(/\s+/g, " ").trim();
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  const hiddenText = (e) => e.closest(".vh, .skip, [aria-hidden=true], .tbl-cards thead, svg, [hidden]") !== null;
  const print = body.classList.contains("print") || all(".sheet").length > 0;
  const worker = body.classList.contains("worker");
  const controls = all("a[href], button, summary, select, textarea, input:not([type=hidden])").filter(shown);

  // A09: the language, and a title that tells pages apart.
  if (!["zh-CN", "en"].includes(doc.lang)) say("A09", "lang is " + doc.lang);
  if ([...document.title].length > 60 || !document.title.includes(" - ")) say("A09", "the title is “" + document.title + "”");
  if (all(".errsum").length && !/^(错误：|Error: )/.test(document.title)) say("A09", "errors, but the title is “" + document.title + "”");

  // A10: one h1, no level left out, the landmarks.
  const heads = all("h1,h2,h3,h4,h5,h6").filter(shown).map((h) => [Number(h.tagName[1]), h]);
  if (heads.filter(([n]) => n === 1).length !== 1) say("A10", heads.filter(([n]) => n === 1).length + " h1");
  heads.reduce((before, [n, h]) => { if (before && n > before + 1) say("A10", "h" + n + " after h" + before, h); return n; }, 0);
  if (!print) for (const [sel, name] of [["header.top", "banner"], ["main", "main"], ["footer", "contentinfo"], ["nav", "nav"]])
    if (all(sel).length === 0 || (sel === "main" && all(sel).length > 1)) say("A10", all(sel).length + " landmarks " + name);

  // A15: what is pressed is big enough; a link within a sentence keeps to its line.
  const least = worker ? (large ? 60 : 48) : 24;
  const target = (e) => {
    const label = e.closest("label") || (e.labels && /checkbox|radio/.test(e.type) ? e.labels[0] : null);
    const a = e.getBoundingClientRect(), b = label ? label.getBoundingClientRect() : a;
    return [Math.max(a.width, b.width), Math.max(a.height, b.height)];
  };
  const inSentence = (e) => e.tagName === "A" && getComputedStyle(e).display === "inline" &&
    [...e.parentNode.childNodes].some((n) => n !== e && n.nodeType === 3 && flat(n.textContent));
  for (const e of controls) {
    if (print || inSentence(e) || hiddenText(e)) continue;
    const [w, h] = target(e);
    if (w < least - 0.5 || h < least - 0.5) say("A15", Math.round(w) + " × " + Math.round(h) + " of " + least, e);
  }

  // A19: a state has a word.
  for (const e of all(".tag").filter(shown)) if (!flat(e.textContent)) say("A19", "a state without a word", e);

  // A20: pictures are named or hidden; a chart has its figures as a table.
  for (const e of all("img")) if (!e.hasAttribute("alt")) say("A20", "no alt", e);
  for (const e of all("svg")) {
    const silent = e.getAttribute("aria-hidden") === "true" || e.closest("[aria-hidden=true]");
    const named = e.getAttribute("role") === "img" && (e.querySelector("title") || e.getAttribute("aria-label") || e.getAttribute("aria-labelledby"));
    if (!silent && !named) say("A20", "neither hidden nor named", e);
  }
  for (const e of all("figure.chart")) if (e.querySelector("svg") && !e.querySelector("table")) say("A20", "a chart without its table", e);

  // A21: labels, keyboards, hints tied to their field, and no checking by the browser.
  for (const e of all("form[method=post]")) if (!e.noValidate) say("A21", "a form the browser checks", e);
  for (const e of all("input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea").filter(shown)) {
    const name = flat([...(e.labels || [])].map((l) => l.textContent).join(" ")) || e.getAttribute("aria-label") || e.getAttribute("aria-labelledby");
    if (!name) say("A21", "no label", e);
    if (e.type === "tel" && (!e.autocomplete || !e.inputMode)) say("A21", "a telephone without autocomplete or keyboard", e);
    if (/\bnum\b/.test(e.className) && e.type === "text" && !e.inputMode && !/id/.test(e.className)) say("A21", "a number without its keyboard", e);
    const hint = document.getElementById(e.id + "-h"), told = (x) => x && (x.getAttribute("aria-describedby") || "").split(" ").includes(e.id + "-h");
    if (e.id && hint && !told(e) && !told(e.closest("fieldset, [role=group]"))) say("A21", "the hint is not tied", e);
    if (e.id && document.querySelectorAll("#" + CSS.escape(e.id)).length > 1) say("A21", "two fields have one id", e);
  }

  // A24: nothing hinders a paste or a password manager; the secret of a provider is no password of a person.
  for (const e of all("[onpaste], [oncopy]")) say("A24", "a paste is blocked", e);
  for (const e of all("input[type=password]")) if (e.name !== "secret" && !/password|one-time/.test(e.autocomplete)) say("A24", "no autocomplete", e);

  // A28: no key alone does anything.
  for (const e of all("[accesskey]")) say("A28", "a key of its own", e);

  // A18, A26: the order of the keyboard is the order of the page, and nothing has to be dragged.
  for (const e of all("[tabindex]")) if (e.tabIndex > 0) say("A18", "tabindex " + e.tabIndex, e);
  for (const e of all("[draggable=true], canvas")) say("A26", "something to be dragged", e);

  // A16, A17: the focus shows, and no bar lies over it.
  const y = scrollY, had = document.activeElement;
  for (const e of controls) {
    if (e.disabled) continue;
    e.focus();
    if (document.activeElement !== e) continue;
    const box = e.closest(".option") || e, s = getComputedStyle(e), so = getComputedStyle(box);
    const ring = (s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== "none";
    if (e.matches(":focus-visible") && !ring(s) && !ring(so)) say("A16", "the focus does not show", e);
    const parts = [e.getBoundingClientRect(), ...e.getClientRects()]; // a link that wraps has a box for each line
    const points = parts.flatMap((r) => [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]].map(([x, y]) => [r.left + r.width * x, r.top + r.height * y]));
    const seen = points.some(([x, y]) => { const t = document.elementFromPoint(x, y); return t && (t === e || e.contains(t) || t.contains(e)); });
    if (!seen && !hiddenText(e)) say("A17", "the focused thing is covered", e);
  }
  if (had && had.focus) had.focus();
  scrollTo(0, y);

  // A11: nobody scrolls sideways. A12, A13: with larger letters and wider spacing no text is cut.
  const wide = () => doc.scrollWidth > doc.clientWidth + 1;
  const overhang = () => all("body *").filter((e) => shown(e) && e.getBoundingClientRect().right > doc.clientWidth + 1 && !e.closest(".scroll, .tabs, nav"))[0];
  const boxes = all("main *, header *, footer *, .sheet *").filter((e) => {
    const s = getComputedStyle(e);
    return /hidden|clip/.test(s.overflowX + s.overflowY) && s.clipPath === "none" && !hiddenText(e) && shown(e) && flat(e.textContent);
  });
  const cut = () => boxes.filter((e) => e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2);
  if (wide()) say("A11", doc.scrollWidth + " of " + doc.clientWidth + " pixels", overhang());
  for (const e of cut()) say("A12", "text is cut", e);
  if (!print) {
    const was = doc.dataset.size;
    for (const size of ["large", "max"]) { // 125 % and 187.5 %
      doc.dataset.size = size;
      if (wide()) say("A12", "at " + size + " the page is " + doc.scrollWidth + " of " + doc.clientWidth + " pixels wide", overhang());
      for (const e of cut()) say("A12", "at " + size + " text is cut", e);
    }
    doc.dataset.size = was;
    const spacing = new CSSStyleSheet();
    spacing.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
    document.adoptedStyleSheets = [spacing];
    if (wide()) say("A13", "the page is " + doc.scrollWidth + " of " + doc.clientWidth + " pixels wide", overhang());
    for (const e of cut()) say("A13", "text is cut", e);
    document.adoptedStyleSheets = [];
  }
  return JSON.stringify(bad);
})
