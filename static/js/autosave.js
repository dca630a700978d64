// A draft saves itself: 1.5 s after the last change, when the page is left, and by Ctrl+S.
// Nothing is kept in the browser's storage, because the machines in a service hall are shared.
//
// The form: <form data-autosave="/drafts/12/save"> with a hidden input "version". The server answers
//   200 {"saved_at": "14:03", "version": 8}    409 {"message": "..."} when another window saved later.
(function () {
  "use strict";

  const WAIT = 1500;
  const RETRY = 5000;

  document.querySelectorAll("form[data-autosave]").forEach((form) => {
    const sign = document.querySelector("[data-save-state]") || form.querySelector("[data-save-state]");
    let timer = 0, running = false, again = false, waiting = false, stopped = false;

    function say(state, words) {
      if (!sign) return;
      sign.dataset.state = state;
      sign.textContent = words;
    }

    function body() {
      const data = new FormData(form);
      // Files go through their own upload; a draft carries words and numbers.
      for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
      return new URLSearchParams(data);
    }

    function changed() {
      if (stopped) return;
      form.dataset.dirty = "1";
      say("dirty", "有改动，还没保存");
      window.clearTimeout(timer);
      timer = window.setTimeout(save, WAIT);
    }

    async function save() {
      window.clearTimeout(timer);
      if (stopped || form.dataset.sending) return;
      if (running) { again = true; return; }
      running = true;
      delete form.dataset.dirty; // set again by whatever is typed while the answer is on its way
      say("saving", "正在保存…");
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body: body(), credentials: "same-origin", redirect: "manual",
          headers: { "X-CSRFToken": window.bureau.csrfToken(), "X-Autosave": "1", Accept: "application/json" },
        });
        await take(answer);
      } catch (error) {
        form.dataset.dirty = "1";
        say("offline", "网络断开，内容还在本页，恢复后自动保存");
        timer = window.setTimeout(save, RETRY);
      }
      running = false;
      if (waiting) { again = false; form.dispatchEvent(new CustomEvent("bureau:settled")); }
      else if (again) { again = false; save(); }
    }

    async function take(answer) {
      if (answer.ok) {
        const saved = await answer.json();
        if (window.bureau.worked) window.bureau.worked();
        const version = form.querySelector("input[name=version]");
        if (version && saved.version !== undefined) version.value = saved.version;
        form.dispatchEvent(new CustomEvent("bureau:saved", { detail: saved }));
        say(form.dataset.dirty ? "dirty" : "saved", form.dataset.dirty ? "有改动，还没保存" : "已自动保存 " + saved.saved_at);
        return;
      }
      form.dataset.dirty = "1";
      if (answer.status === 409) {
        stopped = true;
        const words = await answer.json().then((reply) => reply.message, () => "");
        say("conflict", words || "这份申请刚在别的窗口保存过，本页不再自动保存。请先抄下改动，再刷新页面");
      } else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        say("offline", "登录已过期，内容还在本页。请在新窗口登录，回来后按 Ctrl+S 保存");
      } else {
        say("offline", "没有保存成功，内容还在本页，稍后自动再试");
        timer = window.setTimeout(save, RETRY);
      }
    }

    // Handed in while a save is on its way: the answer brings the version that the hand-in must carry.
    form.addEventListener("submit", (event) => {
      window.clearTimeout(timer);
      if (!running || stopped) return;
      event.preventDefault();
      const button = event.submitter;
      if (waiting) return;
      waiting = true;
      form.addEventListener("bureau:settled", () => { waiting = false; form.requestSubmit(button); }, { once: true });
    });
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("bureau:save-now", save);
    form.addEventListener("click", (event) => { if (event.target.closest("button[type=button][data-save]")) save(); });
    window.addEventListener("online", () => { if (form.dataset.dirty) save(); });
    window.addEventListener("pagehide", () => {
      if (!form.dataset.dirty || stopped || form.dataset.sending) return;
      // keepalive lets the request outlive the page (the browser allows it 64 KB).
      fetch(form.dataset.autosave, {
        method: "POST", body: body(), credentials: "same-origin", keepalive: true,
        headers: { "X-CSRFToken": window.bureau.csrfToken(), "X-Autosave": "1", Accept: "application/json" },
      }).catch(() => {});
    });
  });
})();
