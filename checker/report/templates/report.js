"use strict";
(() => {
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const unfold = document.getElementById("unfold");
  const controls = [...document.querySelectorAll("details.control")].map((element) => ({
    element,
    id: element.id,
    severity: element.dataset.severity,
    head: element.querySelector("summary").textContent.toLowerCase(),
    lists: [...element.querySelectorAll("details.list")],
    mark: element.querySelector("summary .mark"),
    word: element.querySelector("summary .vh"),
    tally: element.querySelector("summary .tally"),
    units: [...element.querySelectorAll("[data-o]")].map((unit) => ({
      element: unit,
      status: unit.dataset.o || "pass",
      account: unit.dataset.a ?? unit.cells[0].firstChild?.data ?? "",
      number: unit.querySelectorAll("b[id]").length,
    })),
  }));
  /* Passes are listed by the id of their account alone; its name finds them all the same. */
  const named = new Map([...form.elements.account.options].map((option) => [option.value, option.textContent]));
  const STATUSES = ["fail", "unknown", "waived", "pass"];
  const MARKS = { fail: "✗", unknown: "?", waived: "~", pass: "✓" };
  for (const c of controls) {
    c.total = c.units.reduce((n, unit) => n + unit.number, 0);
    c.outcome = c.word.textContent;
    c.told = [...c.tally.children];
  }
  const total = controls.reduce((sum, c) => sum + c.total, 0);

  /* What a control came to among the findings that are shown; of all, as it was written. */
  function head(c, counts, all) {
    const outcome = all ? c.outcome : STATUSES.find((status) => counts[status]);
    const told = STATUSES.filter((status) => counts[status]).map((status) => {
      const part = document.createElement("span");
      part.className = status;
      part.textContent = `${counts[status].toLocaleString("en")} ${status}`;
      return part;
    });
    c.tally.replaceChildren(...(all ? c.told : told));
    c.word.textContent = outcome;
    c.mark.textContent = MARKS[outcome];
    c.mark.className = `mark ${outcome}`;
    c.element.className = c.element.className.replace(/\b(fail|unknown|waived|pass)\b/, outcome);
  }

  function apply() {
    const text = form.elements.text.value.trim().toLowerCase();
    const statuses = new Set([...form.querySelectorAll("[name=status]:checked")].map((box) => box.value));
    const { severity, account, control } = form.elements;
    let found = 0;
    for (const c of controls) {
      const wanted = (!severity.value || c.severity === severity.value) && (!control.value || c.id === control.value);
      const whole = c.head.includes(text);
      const counts = {};
      let here = 0;
      for (const unit of c.units) {
        const visible =
          wanted &&
          statuses.has(unit.status) &&
          (!account.value || unit.account === account.value) &&
          (whole || (unit.text ??= `${unit.element.textContent} ${named.get(unit.account) ?? ""}`.toLowerCase()).includes(text));
        unit.element.hidden = !visible;
        if (visible) {
          here += unit.number;
          counts[unit.status] = (counts[unit.status] ?? 0) + unit.number;
        }
      }
      c.element.hidden = !here;
      if (here) head(c, counts, here === c.total);
      for (const list of c.lists) {
        const bodies = [...list.querySelectorAll("tbody")];
        for (const body of bodies) body.hidden = !body.querySelector("[data-o]:not([hidden])");
        list.hidden = bodies.every((body) => body.hidden);
      }
      found += here;
    }
    const all = `${total.toLocaleString("en")} ${"part" in form.dataset ? "listed " : ""}${total === 1 ? "finding" : "findings"}`;
    shown.textContent = found === total ? all : `${found.toLocaleString("en")} of ${all}`;
  }

  function open(element) {
    for (let at = element; at; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) at.open = true;
    }
  }

  /* #TH110, #f0123456789ab, the start of a fingerprint, or filters such as #account=111122223333 */
  function follow() {
    const hash = location.hash.slice(1);
    const wish = new URLSearchParams(hash);
    const names = ["text", "severity", "account", "control"].filter((name) => wish.has(name));
    if (names.length) {
      form.reset();
      for (const name of names) form.elements[name].value = wish.get(name);
      apply();
      document.getElementById("findings").scrollIntoView();
      form.elements[names[0]].focus({ preventScroll: true });
      return;
    }
    const prefix = /^f?([0-9a-f]{8,64})$/.exec(hash);
    const target =
      document.getElementById(hash) ?? (prefix && document.querySelector(`[id^="f${prefix[1].slice(0, 12)}"]`));
    if (!target) return;
    if (target.closest("[hidden]")) {
      form.reset();
      apply();
    }
    open(target);
    target.scrollIntoView();
    document.querySelector(".target")?.classList.remove("target");
    (target.closest("[data-o]") ?? target).classList.add("target");
    target.querySelector(":scope > summary")?.focus({ preventScroll: true });
  }

  function unfolded() {
    return controls.some((c) => c.element.open && !c.element.hidden);
  }

  let timer = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(apply, event.target.name === "text" ? 120 : 0);
  });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  unfold.addEventListener("click", () => {
    const close = unfolded();
    for (const c of controls) c.element.open = !close;
    unfold.textContent = close ? "Open all" : "Close all";
  });

  /* Paper shows every finding and what failures stand on; code, and what passes stand on, stay as they are. */
  const PRINTED = [".control", ".list", ".finding .evidence", ".words", "#values details", "#about details"];
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll(PRINTED.map((part) => `${part}:not([open])`).join())];
    for (const element of closed) element.open = true;
  });
  addEventListener("afterprint", () => {
    for (const element of closed) element.open = false;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent).then(
      () => (button.textContent = "Copied"),
      () => (button.textContent = "Select and copy by hand"),
    );
  });
  if (navigator.clipboard) {
    for (const command of document.querySelectorAll("pre.command")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      command.append(button);
    }
  }

  form.hidden = false;
  apply();
  addEventListener("hashchange", follow);
  follow();
})();
