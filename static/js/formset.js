// Rows that come and go: add, remove, copy from the one before. Works with Django's formset numbering.
(function () {
  "use strict";

  // A copied member shares the household's circumstances, never the person's own numbers.
  const OWN = /(^|-)(id|name|id_number|phone|birth|sex|age|account|disability_number|DELETE|version)$/;

  const rowsOf = (set) => [...set.querySelectorAll("[data-row]")];
  const live = (set) => rowsOf(set).filter((row) => !row.classList.contains("is-removed"));

  function renumber(set) {
    live(set).forEach((row, index) => {
      const number = row.querySelector("[data-row-number]");
      if (number) number.textContent = String(index + 1);
      const copy = row.querySelector("[data-copy-row]");
      if (copy) copy.hidden = index === 0;
    });
  }

  function entitle(row) {
    const title = row.querySelector("[data-row-title]");
    const name = row.querySelector("input[name$='-name']");
    if (title && name) title.textContent = name.value.trim();
  }

  function add(set) {
    const total = set.querySelector("input[name$='-TOTAL_FORMS']");
    const index = Number(total.value);
    const html = set.querySelector("template[data-empty-row]").innerHTML.replace(/__prefix__/g, String(index));
    const box = set.querySelector("[data-rows]");
    // A row of a table parses only inside a table body, hence the template element of the same kind as the target.
    const maker = document.createElement("template");
    maker.innerHTML = html;
    const row = maker.content.querySelector("[data-row]");
    box.append(row);
    total.value = String(index + 1);
    renumber(set);
    set.dispatchEvent(new Event("change", { bubbles: true }));
    const first = [...row.querySelectorAll("input:not([type=hidden]), select, textarea")].find((each) => each.offsetParent !== null);
    if (first) first.focus();
    return row;
  }

  function remove(set, row) {
    const before = live(set);
    const index = before.indexOf(row);
    const box = row.querySelector("input[name$='-DELETE']");
    // The row stays in the form, ticked for deletion: taking it out would leave a hole in the numbering.
    if (box) box.checked = true;
    row.classList.add("is-removed");
    renumber(set);
    set.dispatchEvent(new Event("change", { bubbles: true }));
    const near = before[index + 1] || before[index - 1];
    const next = near && near !== row ? near.querySelector("[data-remove-row]") : set.querySelector("[data-add-row]");
    if (next) next.focus();
  }

  function copy(set, row) {
    const rows = live(set);
    const from = rows[rows.indexOf(row) - 1];
    if (!from) return;
    const bare = (element) => element.name.replace(/^.*-\d+-/, "");
    const sources = [...from.querySelectorAll("input, select, textarea")];
    row.querySelectorAll("input:not([type=hidden]), select, textarea").forEach((element) => {
      if (OWN.test(bare(element)) || element.hasAttribute("data-no-copy")) return;
      const same = sources.filter((each) => bare(each) === bare(element));
      if (element.type === "radio" || element.type === "checkbox") {
        element.checked = same.some((each) => each.checked && each.value === element.value);
      } else if (same[0] && !element.value) {
        element.value = same[0].value;
      }
    });
    row.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const set = event.target.closest("[data-formset]");
    if (!set) return;
    const row = event.target.closest("[data-row]");
    if (event.target.closest("[data-add-row]")) add(set);
    else if (row && event.target.closest("[data-remove-row]")) remove(set, row);
    else if (row && event.target.closest("[data-copy-row]")) copy(set, row);
  });
  document.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && event.target.name && event.target.name.endsWith("-name")) entitle(row);
  });

  document.querySelectorAll("[data-formset]").forEach((set) => {
    rowsOf(set).forEach((row) => {
      const box = row.querySelector("input[name$='-DELETE']");
      if (box && box.checked) row.classList.add("is-removed");
      entitle(row);
    });
    renumber(set);
  });
})();
