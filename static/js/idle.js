// Two minutes before the session ends the page asks. The clock is the server's: it starts at the last request that
// counted as work, so a window in the background is warned too.
(function () {
  "use strict";

  const dialog = document.getElementById("idle-warning");
  const limit = Number(document.body.dataset.idleSeconds || 0);
  if (!dialog || !limit) return;

  const WARN = 120;
  const words = dialog.querySelector("[data-idle-left]");
  let worked = Date.now();

  const touch = () => {
    worked = Date.now();
    if (dialog.open) dialog.close();
    // Another window of the same log-in keeps the session alive for all of them.
    if (channel) channel.postMessage("worked");
  };
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("idle") : null;
  if (channel) channel.onmessage = () => { worked = Date.now(); if (dialog.open) dialog.close(); };
  if (channel) channel.postMessage("worked");

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && !event.detail.requestConfig.headers["X-Background"]) touch();
  });

  window.setInterval(() => {
    const left = limit - Math.floor((Date.now() - worked) / 1000);
    if (left <= 0) {
      // What is on the screen belongs to citizens: an unattended screen goes blank.
      window.bureau.leaving = true; // no "leave this page?" may keep it on the screen
      location.href = document.body.dataset.loginUrl || "/";
    } else if (left <= WARN) {
      words.textContent = left > 60 ? "2 分钟" : left + " 秒";
      if (!dialog.open) dialog.showModal();
    }
  }, 1000);

  dialog.querySelector("[data-idle-stay]").addEventListener("click", async () => {
    try {
      const answer = await fetch(dialog.dataset.pingUrl, {
        method: "POST", credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": window.bureau.csrfToken() },
      });
      if (answer.ok) touch();
      else location.reload();
    } catch (error) {
      words.textContent = "网络断开，片刻";
    }
  });
  window.bureau.worked = touch;
})();
