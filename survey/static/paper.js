/* Paper, made quicker: one key a decision, fields that go on by themselves, a page that keeps itself up to date.
   Every page works without this file. */
(function () {
  "use strict";

  /* How far the reading is: the page itself is asked for again, and what changed is put in its place. */
  function follow(progress) {
    var wait = 1200;
    function ask() {
      fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }).then(function (answer) {
        if (!answer.ok) throw new Error(answer.status);
        return answer.text();
      }).then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        var now = page.querySelector("[data-live=progress]");
        if (!now) { location.reload(); return; }
        document.querySelectorAll("[data-live]").forEach(function (part) {
          var fresh = page.querySelector("[data-live=" + part.dataset.live + "]");
          if (fresh && fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
        });
        wait = Math.min(wait + 200, 4000);
        setTimeout(ask, wait);
      }).catch(function () { setTimeout(ask, 5000); });
    }
    if (progress) setTimeout(ask, wait);
  }

  /* Limits are told before anything is sent over a slow line. */
  function watchFiles(input) {
    var form = input.form, say = form.querySelector("[data-part=chosen]");
    function check() {
      var files = Array.from(input.files), mb = files.reduce(function (sum, file) { return sum + file.size; }, 0) / 1048576;
      var problem = files.length > Number(input.dataset.most) ? input.dataset.tooMany
        : mb > Number(input.dataset.batchMb) || files.some(function (file) { return file.size > 1048576 * Number(input.dataset.fileMb); }) ? input.dataset.tooLarge : "";
      input.setCustomValidity(problem);
      say.className = problem ? "field-error" : "fw-semibold";
      say.textContent = problem || (files.length ? input.dataset.chosen.replace("{n}", files.length).replace("{mb}", mb.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })) : "");
      return !problem;
    }
    input.addEventListener("change", check);
    form.addEventListener("submit", function (event) {
      if (!check()) { event.preventDefault(); input.focus(); return; }
      var button = form.querySelector("button");
      button.disabled = true;
      button.textContent = form.dataset.sending;
    });
  }
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });

  /* Checking: the number of a circle is its key. */
  function decideByKeys(form) {
    var isSent = false;
    form.addEventListener("submit", function (event) { if (isSent) event.preventDefault(); isSent = true; });
    document.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      var key = event.key === "-" ? "t" : event.key.toLowerCase();
      if (form.dataset.decide === "many" && /^[0-9]$/.test(key)) {
        var box = form.querySelector("input[value='" + key + "']");
        if (box) { box.checked = !box.checked; event.preventDefault(); }
        return;
      }
      if (form.dataset.decide === "many" && event.key === "Enter" && event.target === document.body) { form.requestSubmit(); return; }
      var button = /^[0-9t]$/.test(key) && form.querySelector("[data-key='" + key + "']");
      if (button) { event.preventDefault(); button.click(); }
    });
  }

  /* The check symbol of a serial, as survey/core/codes.py computes it. */
  var LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  function symbols(text) {
    return Array.from(text.toUpperCase().replace(/[\s\-\u2013]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0"));
  }
  function checkSerial(field) {
    var hint = document.getElementById(field.getAttribute("aria-describedby").split(" ").pop());
    field.addEventListener("input", function () {
      var found = symbols(field.value).map(function (letter) { return LETTERS.indexOf(letter); });
      var isBad = found.indexOf(-1) >= 0 || found.length > 9, isWhole = found.length === 9;
      if (isWhole && !isBad) {
        var sum = found.slice(0, 8).reduce(function (total, value, place) { return total + value * (2 * place + 1); }, 0);
        isBad = sum % 32 !== found[8];
      }
      hint.className = "field-hint " + (isBad ? "bad" : isWhole ? "good" : "");
      hint.textContent = isBad ? "✗ " + field.dataset.bad : isWhole ? "✓ " + field.dataset.good : "";
    });
  }

  /* Typing in: one key an answer, then the next question by itself. */
  function typeFast(form) {
    var fields = Array.from(form.querySelectorAll("input.typed"));
    function goOn(field, step) {
      var next = fields[fields.indexOf(field) + step];
      if (next) { next.focus(); next.select(); } else if (step > 0) form.querySelector("button").focus();
    }
    fields.forEach(function (field) {
      var isMany = "many" in field.dataset;
      field.addEventListener("focus", function () { field.select(); });
      field.addEventListener("input", function () {
        var kept = Array.from(field.value).filter(function (key) { return key === "-" || field.dataset.codes.indexOf(key) >= 0; }).join("");
        if (kept !== field.value) field.value = kept;
        if (kept === "-" || (kept && !isMany)) goOn(field, 1);
      });
      field.addEventListener("keydown", function (event) {
        if (event.key === "Enter" || event.key === " " || event.key === "ArrowDown") { event.preventDefault(); goOn(field, 1); }
        if (event.key === "ArrowUp" || (event.key === "Backspace" && !field.value)) { event.preventDefault(); goOn(field, -1); }
      });
    });
    var first = fields.find(function (field) { return field.getAttribute("aria-invalid"); }) || fields.find(function (field) { return !field.value; });
    if (first) first.focus();
  }

  follow(document.querySelector("[data-live=progress]"));
  document.querySelectorAll("[data-files]").forEach(watchFiles);
  document.querySelectorAll("[data-decide]").forEach(decideByKeys);
  document.querySelectorAll("[data-serial]").forEach(checkSerial);
  document.querySelectorAll("[data-typing]").forEach(typeFast);
})();
