// Runs before the first paint. Only the width of the menu is kept in the browser; nothing about people is.
(function () {
  "use strict";
  try {
    if (window.localStorage.getItem("narrow-menu") === "1") document.documentElement.classList.add("is-narrow-menu");
  } catch (error) {
    // A browser that forbids storage simply shows the wide menu.
  }
})();
