// Long lists of choices can be searched by typing; only where a page marks them with data-search-select.
(function () {
  "use strict";

  document.querySelectorAll("select[data-search-select]").forEach((select) => {
    const label = select.labels && select.labels[0] ? select.labels[0].textContent.replace("*", "").trim() : select.getAttribute("aria-label") || "";
    // The hidden original keeps a name of its own, or a screen reader meets an unnamed list.
    select.setAttribute("aria-label", label);
    new window.TomSelect(select, {
      // An option may carry initials (data-initials), so that qxc finds 青溪村.
      searchField: ["text", "initials"],
      create: false, maxOptions: 300, allowEmptyOption: true,
      render: { no_results: () => '<div class="no-results">没有这一项</div>' },
    });
  });
})();
