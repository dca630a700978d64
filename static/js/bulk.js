// Choosing rows of a list: the head box takes this page only; 选择全部 (data-bulk-all) means the whole result.
(function () {
  "use strict";

  document.querySelectorAll("form[data-bulk]").forEach((form) => {
    const head = form.querySelector("[data-bulk-head]");
    const bar = form.querySelector("[data-bulk-bar]");
    const count = form.querySelector("[data-bulk-count]");
    const whole = form.querySelector("[data-bulk-all]");
    const boxes = () => [...form.querySelectorAll("input[data-bulk-row]")];
    let last = null;

    function show() {
      const all = boxes(), picked = all.filter((box) => box.checked);
      all.forEach((box) => box.closest("tr").classList.toggle("is-picked", box.checked));
      if (count) count.textContent = whole && whole.checked ? whole.dataset.total || "全部" : String(picked.length);
      if (bar) bar.hidden = picked.length === 0 && !(whole && whole.checked);
      if (head) {
        head.checked = all.length > 0 && picked.length === all.length;
        head.indeterminate = picked.length > 0 && picked.length < all.length;
      }
    }

    form.addEventListener("click", (event) => {
      if (event.target.closest("[data-bulk-none]")) {
        boxes().forEach((box) => { box.checked = false; });
        if (whole) whole.checked = false;
        show();
        return;
      }
      const box = event.target.closest("input[data-bulk-row]");
      if (!box) return;
      // Shift takes the rows between, as in every spreadsheet.
      if (event.shiftKey && last) {
        const all = boxes(), from = all.indexOf(last), to = all.indexOf(box);
        all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((each) => { each.checked = box.checked; });
      }
      last = box;
    });
    form.addEventListener("change", (event) => {
      if (event.target === head) boxes().forEach((box) => { box.checked = head.checked; });
      if (event.target === whole && whole.checked) boxes().forEach((box) => { box.checked = true; });
      if (event.target.matches("[data-bulk-row]") && !event.target.checked && whole) whole.checked = false;
      show();
    });
    window.addEventListener("pageshow", show);
    show();
  });
})();
