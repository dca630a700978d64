// The ID number says sex, birth and age: filled into the same row when the cursor leaves the field.
// The rules are those of civaffairs/lib/identity.py; the server applies them again.
(function () {
  "use strict";

  const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const CHECKS = "10X98765432";
  const PROVINCES = new Set(("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 " +
    "61 62 63 64 65 71 81 82 83").split(" "));

  function checkDigit(first17) {
    let total = 0;
    for (let i = 0; i < 17; i += 1) total += Number(first17[i]) * WEIGHTS[i];
    return CHECKS[total % 11];
  }

  const compact = (text) => window.bureau.narrow(text).replace(/[-‐-―−_'`\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/[×ХхΧχ]/g, "X").toUpperCase();

  // {number, birth: "1960-01-05", sex: "male" | "female", age} or {error: sentence}.
  function readIdCard(text, today) {
    let number = compact(text);
    if (/^\d{15}$/.test(number)) {
      number = number.slice(0, 6) + "19" + number.slice(6);
      number += checkDigit(number);
    }
    if (number.length !== 18) return { error: "身份证号应为18位，现在是" + number.length + "位" };
    if (!/^\d{17}[\dX]$/.test(number)) return { error: "身份证号只能是数字，最后一位可以是 X" };
    if (!PROVINCES.has(number.slice(0, 2))) return { error: "身份证号前两位“" + number.slice(0, 2) + "”不是省级代码，请核对" };
    const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)].map(Number);
    if (year < 1900) return { error: "身份证号里的出生年份" + year + "不对，请核对第7到10位" };
    const born = new Date(Date.UTC(year, month - 1, day));
    if (born.getUTCMonth() !== month - 1 || born.getUTCDate() !== day) {
      return { error: "身份证号里的出生日期" + number.slice(6, 14) + "不存在，请核对第7到14位" };
    }
    const birth = number.slice(6, 10) + "-" + number.slice(10, 12) + "-" + number.slice(12, 14);
    if (birth > today) return { error: "身份证号里的出生日期还没到，请核对第7到14位" };
    if (checkDigit(number) !== number[17]) return { error: "第18位校验码不对，请核对是否输错一位" };
    const [y, m, d] = today.split("-").map(Number);
    // One born on 29 February has the birthday on the 28th of a common year.
    const lastOfMonth = new Date(Date.UTC(y, month, 0)).getUTCDate();
    const passed = m > month || (m === month && d >= Math.min(day, lastOfMonth));
    return { number, birth, sex: Number(number[16]) % 2 ? "male" : "female", age: y - year - (passed ? 0 : 1) };
  }

  const WORDS = { male: "男", female: "女" };

  function write(element, value, words) {
    if (element.matches("select")) {
      const option = [...element.options].find((each) => each.value === value || each.text.trim() === words);
      if (option) element.value = option.value;
    } else if (element.matches("input[type=radio]")) {
      element.checked = element.value === value;
    } else if (element.matches("input")) {
      element.value = element.dataset.fillWords !== undefined ? words : value;
    } else {
      element.textContent = words;
    }
  }

  // The places of the same row that show what the number says. A row of its own inside this form takes its facts from
  // its own ID field.
  function places(input) {
    const row = input.closest("[data-row]");
    return [...(row || input.form || document).querySelectorAll("[data-fill]")].filter((element) => element.closest("[data-row]") === row);
  }

  function fill(element, card) {
    const kind = element.dataset.fill;
    if (kind === "sex") write(element, card.sex, WORDS[card.sex]);
    else if (kind === "birth") write(element, card.birth, card.birth);
    else if (kind === "age") write(element, String(card.age), card.age + "岁");
  }

  function isBlank(element) {
    if (element.matches("input[type=radio]")) return !element.form || !new FormData(element.form).has(element.name);
    return !(element.matches("select, input") ? element.value : element.textContent).trim();
  }

  function today() {
    const marked = document.querySelector("[data-today]");
    if (marked) return marked.dataset.today;
    const now = new Date();
    return now.getFullYear() + "-" + String(now.getMonth() + 1).padStart(2, "0") + "-" + String(now.getDate()).padStart(2, "0");
  }

  function check(input) {
    const text = input.value.trim();
    // W… is the number that the house gives to somebody without an ID card; only the server knows those.
    if (!text || /^[wWｗＷ]/.test(text)) return window.bureau.showFieldWords(input, "");
    const card = readIdCard(text, today());
    if (card.error) return window.bureau.showFieldWords(input, card.error);
    input.value = card.number;
    const sexAndAge = WORDS[card.sex] + "，" + card.birth + " 出生，" + card.age + "岁";
    const targets = places(input);
    window.bureau.showFieldWords(input, "");
    if (targets.length === 0) window.bureau.showFieldWords(input, sexAndAge, "ok");
    targets.forEach((element) => {
      fill(element, card);
      element.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // A form opened with numbers in it shows what they say, where nothing else stands. Nobody has typed anything yet, so
  // no event is sent and nothing is saved, and what is wrong with a number is the server's to say.
  function readOnOpening(input) {
    const text = input.value.trim();
    const card = text ? readIdCard(text, today()) : { error: "" };
    if (card.error === undefined) places(input).filter(isBlank).forEach((element) => fill(element, card));
  }

  document.addEventListener("focusout", (event) => { if (event.target.matches("[data-idcard]")) check(event.target); });
  // A card reader types all eighteen characters at once and may not leave the field.
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-idcard]") && compact(event.target.value).length === 18) check(event.target);
  });

  document.querySelectorAll("[data-idcard]").forEach(readOnOpening);

  window.bureau.readIdCard = readIdCard;
})();
