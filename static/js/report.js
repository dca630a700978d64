// Writing a report: a click on a figure inserts it where the cursor was, and the preview follows the typing.
(function () {
  "use strict";

  const form = document.querySelector("[data-report-text]");
  if (!form) return;
  let last = form.querySelector("textarea[data-places]");
  let timer = 0;

  form.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea[data-places]")) last = event.target;
  });

  function typed() {
    clearTimeout(timer);
    timer = setTimeout(() => document.body.dispatchEvent(new Event("report-typed")), 700);
  }
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-places]")) typed();
  });

  form.querySelectorAll("[data-place]").forEach((button) => {
    button.addEventListener("click", () => {
      last.setRangeText("{" + button.dataset.place + "}", last.selectionStart, last.selectionEnd, "end");
      last.focus();
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });

  const search = form.querySelector("[data-place-search]");
  search.addEventListener("input", (event) => {
    event.stopPropagation();
    const words = search.value.trim().split(/\s+/).filter(Boolean);
    form.querySelectorAll("[data-place-list] details").forEach((group) => {
      let shown = 0;
      group.querySelectorAll("li").forEach((item) => {
        item.hidden = !words.every((word) => item.textContent.includes(word));
        if (!item.hidden) shown += 1;
      });
      group.hidden = shown === 0;
      if (words.length) group.open = shown > 0;
    });
  });
})();
