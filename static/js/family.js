// The application form: lists of members in the other rows follow the names typed above, the navigation follows
// what the server found at each save, and what can be read off an age is proposed.
(function () {
  "use strict";

  const form = document.getElementById("declaration");
  if (!form) return;
  const members = form.querySelector('[data-formset="member"]');
  const liveRows = () => [...members.querySelectorAll("[data-row]:not(.is-removed)")];
  const part = (row, name) => row.querySelector('[name$="-' + name + '"]');

  function giveKeys() {
    const used = liveRows().map((row) => Number(part(row, "key").value.replace("m", "")) || 0);
    let last = Math.max(0, ...used);
    liveRows().forEach((row) => {
      const key = part(row, "key");
      if (!key.value) { last += 1; key.value = "m" + last; }
    });
  }

  function fillLists() {
    const people = liveRows().map((row, index) => [part(row, "key").value, part(row, "name").value.trim() || "第" + (index + 1) + "人"]);
    form.querySelectorAll("select[data-people]").forEach((list) => {
      const chosen = list.value;
      while (list.options.length > 1) list.remove(1);
      people.forEach(([key, name]) => list.add(new Option(name, key)));
      list.value = people.some(([key]) => key === chosen) ? chosen : "";
    });
  }

  // Minors and people of 60 and more: proposed only where nothing has been chosen yet.
  function proposeLabour(row) {
    const age = parseInt(row.querySelector(".member-age").textContent, 10);
    const labour = part(row, "labour");
    if (labour && !labour.value && (age < 16 || age >= 60)) labour.value = "none";
  }

  // Whoever has income gets a first line for it; it goes again, while still blank, when another answer is chosen
  // (the arrow keys pass by "has").
  function openIncome(row) {
    const state = part(row, "income_state");
    if (!state) return;
    const key = part(row, "key").value;
    const set = form.querySelector('[data-formset="income"]');
    if (state.value !== "has") {
      set.querySelectorAll("[data-row]:not(.is-removed)").forEach((line) => {
        const blank = [...line.querySelectorAll("input:not([type=hidden])")].every((each) => each.type === "checkbox" ? !each.checked : !each.value);
        if (!blank || part(line, "kind").value || part(line, "member").value !== key) return;
        line.querySelector("[data-remove-row]").click();
        state.focus();
      });
      return;
    }
    const lists = () => [...set.querySelectorAll("[data-row]:not(.is-removed) select[data-people]")];
    if (lists().some((list) => list.value === key)) return;
    set.querySelector("[data-add-row]").click();
    fillLists();
    lists().at(-1).value = key;
    state.focus();
  }

  form.addEventListener("change", (event) => {
    if (event.target.closest("[data-formset]") === event.target || event.target.closest('[data-formset="member"]')) {
      giveKeys();
      fillLists();
    }
    const row = event.target.closest("[data-row]");
    if (row && members.contains(row)) {
      proposeLabour(row);
      if (event.target.name && event.target.name.endsWith("-income_state")) openIncome(row);
    }
  });
  form.addEventListener("input", (event) => {
    if (event.target.name && /^member-\d+-name$/.test(event.target.name)) fillLists();
  });

  form.addEventListener("bureau:saved", (event) => {
    Object.entries(event.detail.sections || {}).forEach(([key, [words, tone]]) => {
      const place = document.querySelector('[data-section="' + key + '"] .sign');
      if (!place) return;
      place.textContent = words;
      place.className = "sign sign-" + tone;
    });
  });

  // A file that the browser knows to be too big or of the wrong kind is not sent first to be refused then.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const bad = event.target.querySelector && event.target.querySelector("input[type=file].is-invalid");
    if (!bad) return;
    event.preventDefault();
    bad.focus();
  });

  // Files are saved by themselves; a save of the form brings their state into the navigation.
  document.addEventListener("htmx:afterSwap", () => form.dispatchEvent(new CustomEvent("bureau:save-now")));

  giveKeys();
  fillLists();
})();
