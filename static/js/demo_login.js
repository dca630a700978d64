// Demo only: a click on an account fills it in.
(function () {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill-login]");
    if (!button) return;
    document.querySelector("[name=username]").value = button.dataset.fillLogin;
    document.querySelector("[name=password]").value = button.dataset.fillPassword;
    document.querySelector("form .btn-wide").focus();
  });
})();
