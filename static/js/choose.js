// A long list to choose from is narrowed by typing: names, older names, initials. Without script the list is whole.
// The usual ones stand in their class as well; a search shows each once.
(function () {
  "use strict";

  const box = document.querySelector("[data-choose]");
  if (!box) return;
  const search = box.querySelector("[data-choose-search]");
  const items = [...box.querySelectorAll("[data-words]")];
  const none = box.querySelector("[data-choose-none]");

  function narrow() {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    items.forEach((item) => {
      // What has been chosen stays in sight, so that nothing is sent that cannot be seen.
      const twice = words.length > 0 && item.closest("[data-choose-usual]");
      const found = words.every((word) => item.dataset.words.includes(word)) && !twice;
      const fits = found || item.querySelector("input").checked;
      item.hidden = !fits;
      if (fits) left += 1;
    });
    box.querySelectorAll("[data-choose-group]").forEach((group) => {
      group.hidden = !group.querySelector("[data-words]:not([hidden])");
    });
    none.hidden = left > 0;
  }

  search.hidden = false;
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    const only = items.filter((item) => !item.hidden);
    if (only.length) only[0].querySelector("input").focus();
    if (only.length === 1) only[0].querySelector("input").checked = true;
  });
})();
