// The frame: menu, drop-downs, dialogs, keys, CSRF for htmx, one submit per press, leaving with unsaved work.
(function () {
  "use strict";

  const root = document.documentElement;
  const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;
  window.bureau = { csrfToken };

  // --- menu and drop-downs ---------------------------------------------------------------------

  const isPhone = () => window.matchMedia("(max-width: 860px)").matches;

  function remember(key, value) {
    try { window.localStorage.setItem(key, value); } catch (error) { /* storage forbidden: nothing to keep */ }
  }

  function toggleMenu(button) {
    if (isPhone()) {
      const open = root.classList.toggle("is-menu-open");
      button.setAttribute("aria-expanded", String(open));
      if (open) document.querySelector("#side-menu a, #side-menu summary").focus();
      return;
    }
    const narrow = root.classList.toggle("is-narrow-menu");
    button.setAttribute("aria-expanded", String(!narrow));
    remember("narrow-menu", narrow ? "1" : "0");
  }

  function closeMenu() {
    root.classList.remove("is-menu-open");
    const button = document.querySelector("[data-toggle-menu]");
    if (button && isPhone()) button.setAttribute("aria-expanded", "false");
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    const button = target.closest("[data-toggle-menu]");
    if (button) return toggleMenu(button);
    if (target.closest("[data-close-menu]")) closeMenu();
    const closer = target.closest("[data-close-note]");
    if (closer) closer.closest(".note").remove();
    if (target.closest("[data-back]")) window.history.back();
    const opener = target.closest("[data-open-dialog]");
    if (opener) document.getElementById(opener.dataset.openDialog).showModal();
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(target) || opener) menu.open = false;
    });
    // In the narrow menu a group has no room to unfold, so the menu widens first.
    const group = target.closest(".side-group summary");
    if (group && root.classList.contains("is-narrow-menu") && !isPhone()) {
      event.preventDefault();
      group.parentElement.open = true;
      toggleMenu(document.querySelector("[data-toggle-menu]"));
    }
  });

  document.querySelectorAll("details[data-remember]").forEach((block) => {
    const key = "open:" + block.dataset.remember + ":" + location.pathname;
    let kept = null;
    try { kept = window.localStorage.getItem(key); } catch (error) { /* storage forbidden */ }
    if (kept !== null) block.open = kept === "1";
    else if (isPhone()) block.open = false; // the list itself must be on the first screen
    block.addEventListener("toggle", () => remember(key, block.open ? "1" : "0"));
  });

  // --- keys --------------------------------------------------------------------------------------

  const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      closeMenu();
      document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault(); // the browser's "save page as" helps nobody here
      const save = document.querySelector("[data-save]");
      const draft = document.querySelector("form[data-autosave]");
      if (save) save.click();
      else if (draft) draft.dispatchEvent(new CustomEvent("bureau:save-now"));
      return;
    }
    if (event.altKey && event.code === "KeyN") {
      const next = document.querySelector("[data-next]");
      if (next) { event.preventDefault(); next.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-global-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "?") {
      const help = document.getElementById("shortcuts");
      if (help) { event.preventDefault(); help.showModal(); }
    }
  });

  // --- htmx ----------------------------------------------------------------------------------------

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
  });

  function notice(words, tone) {
    const area = document.querySelector(".notes");
    if (!area) return;
    const box = document.createElement("div");
    box.className = "note note-" + tone;
    box.setAttribute("role", tone === "error" ? "alert" : "status");
    const text = document.createElement("p");
    text.textContent = words;
    box.append(text);
    area.replaceChildren(box);
    box.scrollIntoView({ block: "nearest" });
  }
  window.bureau.notice = notice;

  document.addEventListener("htmx:sendError", (event) => {
    // A poll that misses one beat asks again by itself; only an act that the user started is worth a sentence.
    if (!event.detail.requestConfig.headers["X-Background"]) notice("网络断开，刚才的操作没有送到，请稍后再试。", "error");
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.requestConfig.headers["X-Background"]) return;
    const status = event.detail.xhr.status;
    if (status === 403) notice("您的岗位没有这项权限，或登录已过期，请刷新页面。", "error");
    else if (status === 404) notice("没有找到，或不在您的辖区内。", "error");
    else if (status === 409) notice("这条记录刚被别人改过，请刷新页面看最新情况。", "error");
    else notice("系统没有办成这一步，内容还在页面上，请稍后再试。", "error");
  });

  // --- one submit per press ---------------------------------------------------------------------------

  const isChange = (form) => (form.getAttribute("method") || "get").toLowerCase() === "post";

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !isChange(form) || form.hasAttribute("hx-post")) return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    if (!filesFit(form)) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    const button = event.submitter || form.querySelector("button:not([type=button])");
    // After this turn, because a disabled button would not send its own name and value.
    window.setTimeout(() => {
      form.querySelectorAll("button:not([type=button])").forEach((each) => { each.disabled = true; });
      if (button) {
        button.dataset.words = button.innerHTML;
        button.classList.add("is-sending");
        button.textContent = button.dataset.sending || "正在提交…";
      }
    }, 0);
    // A file answer leaves the page standing, so its button comes back by itself.
    if (form.hasAttribute("data-download")) window.setTimeout(() => release(form), 3000);
  });

  function release(form) {
    delete form.dataset.sending;
    form.querySelectorAll("button:not([type=button])").forEach((each) => {
      each.disabled = false;
      each.classList.remove("is-sending");
      if (each.dataset.words !== undefined) { each.innerHTML = each.dataset.words; delete each.dataset.words; }
    });
  }
  // Back from the next page the browser may show this one as it was left: frozen in 正在提交.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));

  // --- files -------------------------------------------------------------------------------------------

  function fileTrouble(input) {
    const limit = Number(input.dataset.maxMb || 0);
    const kinds = (input.getAttribute("accept") || "").split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
    for (const file of input.files) {
      const name = file.name.toLowerCase();
      const fits = kinds.length === 0 || kinds.some((kind) =>
        kind.startsWith(".") ? name.endsWith(kind) : kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind);
      if (!fits) return "“" + file.name + "”不是可以上传的类型，请换照片、PDF 等文件。";
      if (limit && file.size > limit * 1024 * 1024) return "“" + file.name + "”有 " + Math.ceil(file.size / 1048576) + " MB，超过 " + limit + " MB，请压缩后再传。";
    }
    return "";
  }

  function filesFit(form) {
    const bad = [...form.querySelectorAll("input[type=file]")].find((input) => fileTrouble(input));
    if (bad) bad.focus();
    return !bad;
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches("input[type=file]")) return;
    // What was said of the file before says nothing of this one.
    const place = input.closest(".field, td") || input.parentElement;
    place.querySelectorAll(".field-error").forEach((each) => each.remove());
    place.classList.remove("has-error");
    showFieldWords(input, fileTrouble(input));
  });

  // A sentence under a field, given by the browser before the server has seen it. "" takes it away.
  function showFieldWords(input, words, tone) {
    const id = input.id + "_live";
    let box = document.getElementById(id);
    const place = input.closest(".field, td") || input.parentElement;
    if (!words) {
      if (box) box.remove();
      if (!place.querySelector(".field-error")) input.classList.remove("is-invalid");
      return;
    }
    if (!box) {
      box = document.createElement("div");
      box.id = id;
      box.setAttribute("role", "status");
      place.append(box);
    }
    box.className = tone === "ok" ? "field-ok" : "field-error";
    box.textContent = words;
    input.classList.toggle("is-invalid", tone !== "ok");
  }
  window.bureau.showFieldWords = showFieldWords;

  // --- leaving with unsaved work ----------------------------------------------------------------------------

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) form.dataset.dirty = "1";
  });
  window.addEventListener("beforeunload", (event) => {
    const lost = [...document.querySelectorAll("form[data-guard][data-dirty], form[data-autosave][data-dirty]")].some((form) => !form.dataset.sending);
    if (lost && !window.bureau.leaving) event.preventDefault();
  });

  // --- start --------------------------------------------------------------------------------------------------

  const summary = document.querySelector("[data-error-summary]");
  if (summary) {
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!field) return;
      event.preventDefault();
      const folded = field.closest("details:not([open])");
      if (folded) folded.open = true;
      field.scrollIntoView({ block: "center" });
      field.focus();
    });
  }
  const menuButton = document.querySelector("[data-toggle-menu]");
  if (menuButton) menuButton.setAttribute("aria-expanded", String(!isPhone() && !root.classList.contains("is-narrow-menu")));
})();
