// kit.js only improves what works without it: it sends nothing anywhere and keeps nothing.
"use strict";
(() => {
  const all = (sel, root = document) => [...root.querySelectorAll(sel)];

  // A form is sent once. The button says so while one waits; going back in the browser frees it again.
  for (const form of all("form[data-once]")) {
    form.addEventListener("submit", (e) => {
      if (form.dataset.sent) { e.preventDefault(); return; }
      form.dataset.sent = "1";
      const b = e.submitter;
      if (b) setTimeout(() => { b.setAttribute("aria-busy", "true"); b.disabled = true; }, 0);
    });
  }
  addEventListener("pageshow", (e) => {
    if (!e.persisted) return;
    for (const f of all("form[data-sent]")) delete f.dataset.sent;
    for (const b of all("[aria-busy]")) { b.removeAttribute("aria-busy"); b.disabled = false; }
  });

  // After a bad post the summary has the focus; its links lead into the fields.
  const sum = document.querySelector("[data-focus]");
  if (sum) sum.focus();

  // Boxes in a list: all at once, and how many.
  for (const hit of all("[data-all]")) {
    const boxes = all('tbody input[name="' + CSS.escape(hit.dataset.all) + '"]', hit.closest("table"));
    const top = hit.querySelector("input");
    const id = boxes.length ? boxes[0].getAttribute("form") : "";
    const said = id ? document.querySelector("#" + CSS.escape(id) + " [data-picked]") : null;
    const words = said ? said.textContent : "";
    const show = () => {
      const n = boxes.filter((b) => b.checked).length;
      top.checked = n > 0 && n === boxes.length;
      top.indeterminate = n > 0 && n < boxes.length;
      for (const b of boxes) b.closest("tr").classList.toggle("sel", b.checked);
      if (said) said.textContent = n ? said.dataset.picked.replace("{n}", n) : words;
    };
    hit.hidden = false;
    top.addEventListener("change", () => { for (const b of boxes) b.checked = top.checked; show(); });
    for (const b of boxes) b.addEventListener("change", show);
    show();
  }

  // How many characters are left.
  for (const p of all("[data-count]")) {
    const area = document.getElementById(p.dataset.for), most = Number(p.dataset.count);
    const show = () => { p.textContent = [...area.value].length + " / " + most; };
    if (area) { area.addEventListener("input", show); show(); }
  }

  // Photos are made smaller before they leave a phone, which also drops where they were taken.
  const large = (file) => /^image\/(jpeg|png|webp)$/.test(file.type) && file.size >= 600000;
  const shrink = async (file) => {
    if (!large(file)) return file;
    const pic = await createImageBitmap(file);
    const k = Math.min(1, 1600 / Math.max(pic.width, pic.height));
    const c = document.createElement("canvas");
    c.width = Math.round(pic.width * k);
    c.height = Math.round(pic.height * k);
    c.getContext("2d").drawImage(pic, 0, 0, c.width, c.height);
    const blob = await new Promise((done) => c.toBlob(done, "image/jpeg", 0.82));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  };
  for (const input of all("input[data-shrink]")) {
    const said = input.parentElement.querySelector("[data-shrinking]");
    input.addEventListener("change", async () => {
      const buttons = input.form ? all("button:not([disabled])", input.form) : [];
      const busy = [...input.files].some(large);
      if (busy) { said.textContent = input.dataset.shrink; for (const b of buttons) b.disabled = true; }
      const box = new DataTransfer();
      for (const f of input.files) box.items.add(await shrink(f).catch(() => f));
      input.files = box.files;
      if (busy) { said.textContent = ""; for (const b of buttons) b.disabled = false; }
    });
  }

  // Beside the numbers of a form that answers at once stand sliders: letting go of one asks again, as the button does.
  for (const form of all("form[data-live]")) {
    for (const input of all("input.w-num", form)) {
      const now = Number(input.value.replace(/,/g, ""));
      if (!(now > 0)) continue;
      const s = document.createElement("input");
      Object.assign(s, { type: "range", className: "slide", min: 0, max: 2 * now, step: now >= 200 ? 10 : 1, value: now });
      s.setAttribute("aria-label", input.labels[0].textContent.trim());
      s.addEventListener("input", () => { input.value = s.value; });
      s.addEventListener("change", () => form.requestSubmit());
      input.addEventListener("change", () => { s.value = input.value; });
      input.closest(".field").append(s);
    }
  }

  // A link that sticks out of its strip by a little is not brought in by the browser when it takes the focus.
  for (const nav of all(".side nav, .tabs")) nav.addEventListener("focusin", (e) => e.target.scrollIntoView({ block: "nearest", inline: "nearest" }));

  for (const b of all("[data-print]")) { b.hidden = false; b.addEventListener("click", () => print()); }

  // A page that waits for work looks again by itself, never while someone types or reads below.
  const wait = document.querySelector("[data-refresh]");
  if (wait) setTimeout(() => { if (!document.hidden && scrollY < 40) location.reload(); }, Number(wait.dataset.refresh) * 1000);

  // Two minutes before the end of the session one press makes it longer.
  const end = document.querySelector("[data-expires]");
  if (end) {
    const go = end.querySelector("button");
    let timer;
    const arm = () => { clearTimeout(timer); timer = setTimeout(() => { end.hidden = false; go.focus(); }, Math.max(0, Number(end.dataset.expires) - 120) * 1000); };
    go.addEventListener("click", () => { new Image().src = end.dataset.stay + "?t=" + Date.now(); end.hidden = true; arm(); });
    arm();
  }
})();
