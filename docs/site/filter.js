// Narrows the table of controls as one types; without it the table is whole, and the form stays hidden.
(() => {
  const form = document.getElementById("filter");
  const rows = [...document.querySelectorAll("tr[data-words]")];
  const texts = rows.map((row) => `${row.dataset.words} ${row.textContent.toLowerCase()}`);
  const show = () => {
    const words = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severity = form.severity.value, set = form.set.value;
    let shown = 0;
    rows.forEach((row, at) => {
      const fits = words.every((word) => texts[at].includes(word))
        && (!severity || row.dataset.severity === severity)
        && (!set || row.dataset.set.split(" ").includes(set));
      row.hidden = !fits;
      shown += fits;
    });
    form.querySelector("[role=status]").textContent = `${shown} of ${rows.length} controls`;
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
})();
