// Keyboard entry: Enter goes on, what was typed is tidied when the cursor leaves. The server checks all of it again.
(function () {
  "use strict";

  // Full-width digits, letters and signs of a Chinese keyboard.
  const narrow = (text) => text.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\u3000\s]/g, "").replace(/。/g, ".");

  const pad = (number) => String(number).padStart(2, "0");

  function tidyDay(text) {
    const typed = narrow(text);
    const match = /^(\d{4})(\d{2})(\d{2})$/.exec(typed) || /^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?$/.exec(typed);
    if (!match) return null;
    const [year, month, day] = match.slice(1).map(Number);
    const real = new Date(Date.UTC(year, month - 1, day));
    if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day) return null;
    return year + "-" + pad(month) + "-" + pad(day);
  }

  function tidyMonth(text) {
    const match = /^(\d{4})(?:[-./年](\d{1,2})月?|(\d{2}))$/.exec(narrow(text));
    const month = match && Number(match[2] || match[3]);
    return match && month >= 1 && month <= 12 ? match[1] + "-" + pad(month) : null;
  }

  function tidyMoney(text) {
    const typed = narrow(text).replace(/[¥￥元]/g, "").replace(/[，、]/g, ",");
    const match = /^(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{0,2}))?$/.exec(typed);
    if (!match) return null;
    const whole = match[2].replace(/,/g, "").replace(/^0+(?=\d)/, "");
    return match[1] + whole.replace(/\B(?=(\d{3})+$)/g, ",") + "." + ((match[3] || "") + "00").slice(0, 2);
  }

  const tidyDigits = (text) => narrow(text).replace(/[()（）]/g, "");

  const RULES = [["data-day", tidyDay], ["data-month", tidyMonth], ["data-money", tidyMoney], ["data-digits", tidyDigits]];

  function tidy(input) {
    for (const [mark, rule] of RULES) {
      if (!input.hasAttribute(mark) || !input.value.trim()) continue;
      const better = rule(input.value);
      // What cannot be read stays as typed, so that the server's sentence speaks about what the clerk sees.
      if (better !== null && better !== input.value) {
        input.value = better;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  }

  document.addEventListener("focusout", (event) => { if (event.target.matches("input")) tidy(event.target); });

  // --- Enter goes to the next field --------------------------------------------------------------------------

  const STOPS = "input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea";
  const open = (element) => !element.disabled && !element.readOnly && element.tabIndex >= 0 &&
    element.offsetParent !== null && !element.closest(".visually-hidden, [data-row].is-removed");

  function stops(form) {
    const seen = new Set();
    return [...form.querySelectorAll(STOPS)].filter((element) => {
      if (!open(element)) return false;
      if (element.type !== "radio") return true;
      // A group of radios is one stop: its chosen button, else its first.
      if (seen.has(element.name)) return false;
      const group = [...form.querySelectorAll("input[type=radio]")].filter((each) => each.name === element.name);
      const stop = group.find((each) => each.checked) || group[0];
      if (element !== stop) return false;
      seen.add(element.name);
      return true;
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.altKey) return;
    const field = event.target;
    if (!field.matches("input, select") || field.matches("[type=file], [type=submit], [type=button]")) return;
    const form = field.form;
    if (!form || form.hasAttribute("data-plain-enter") || (form.getAttribute("method") || "get").toLowerCase() !== "post") return;
    if (field.closest(".ts-wrapper")) return;
    event.preventDefault();
    const all = stops(form);
    let here = all.indexOf(field);
    if (here < 0 && field.type === "radio") here = all.findIndex((each) => each.name === field.name);
    const next = all[here + (event.shiftKey ? -1 : 1)];
    if (next) {
      next.focus();
      if (next.select && next.type !== "checkbox" && next.type !== "radio") next.select();
    } else if (!event.shiftKey) {
      tidy(field);
      form.requestSubmit(form.querySelector("[data-default]") || undefined);
    }
  });

  window.bureau = Object.assign(window.bureau || {}, { tidyDay, tidyMonth, tidyMoney, narrow });
})();
