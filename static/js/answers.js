// Questions that another answer makes needless are folded away. The server decides what counts; this only tidies the page.
(function () {
  "use strict";

  const form = document.getElementById("declaration");
  if (!form) return;
  const dependent = [...form.querySelectorAll("[data-when]")];
  if (!dependent.length) return;

  const given = (name) => [...form.elements]
    .filter((element) => element.name === name && (!["radio", "checkbox"].includes(element.type) || element.checked))
    .map((element) => element.value)
    .filter(Boolean);

  function fold() {
    dependent.forEach((element) => {
      const wanted = element.dataset.whenIn.split(" ");
      const box = element.closest("[data-field]") || element.closest(".field");
      if (box) box.hidden = !given(element.dataset.when).some((value) => wanted.includes(value));
    });
    // A heading over nothing goes with its questions.
    form.querySelectorAll("[data-questions]").forEach((group) => {
      group.hidden = [...group.querySelectorAll(".field")].every((field) => field.hidden);
    });
  }

  form.addEventListener("change", fold);
  fold();
})();
