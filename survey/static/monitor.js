/* Keeps a board at the front up to date: counts, countdown, and (in a meeting) the code that changes.
   The server's clock is the only one: every answer says how many seconds are left, and this page counts them down.
   The next code comes before the old one ends; without a line the last one stays, and a small sentence says so. */
(function () {
  "use strict";
  var board = document.querySelector("[data-state]");
  if (!board) return;
  var EVERY = 2500, SLOWEST = 20000, LIMIT = 8000;
  var wait = EVERY, timer = 0, failures = 0, isAsking = false;
  var phase = board.dataset.phase;
  var ends = clock() + 1000 * Number(board.dataset.secondsLeft);
  var slot = null;

  function clock() { return performance.now(); }
  function part(name) { return board.querySelector("[data-part=" + name + "]"); }
  function say(name, text) { var place = part(name); if (place && place.textContent !== text) place.textContent = text; }
  function number(value) { return value.toLocaleString(document.documentElement.lang === "en" ? "en-US" : "vi-VN"); }

  function minutes(seconds) {
    var whole = Math.max(0, Math.ceil(seconds));
    var hours = Math.floor(whole / 3600), rest = whole % 3600;
    var text = Math.floor(rest / 60) + ":" + String(rest % 60).padStart(2, "0");
    return hours ? hours + ":" + text.padStart(5, "0") : text;
  }

  function show(state) {
    if (state.phase !== phase) { location.reload(); return; }
    ends = clock() + 1000 * state.seconds_left;
    say("received", number(state.received));
    if (state.present !== null) {
      var bar = part("bar");
      bar.max = Math.max(1, state.present);
      bar.value = Math.min(state.received, state.present);
      // Said, never blocked: nobody knows who it was, and perhaps only the number was wrong.
      part("many").hidden = state.received <= state.present;
    }
    if (state.slot) takeSlot(state.slot);
  }

  function takeSlot(found) {
    // An answer that was on its way while the code changed must not bring the old one back.
    if (slot && found.next && found.next.code === slot.code) return;
    if (!slot || slot.code !== found.code) put(found);
    slot = { code: found.code, ends: clock() + 1000 * found.seconds, next: found.next };
  }

  function put(found) {
    if (part("qr").dataset.code === found.code) return;
    part("qr").innerHTML = found.qr;
    part("qr").dataset.code = found.code;
    say("code", found.typed);
  }

  function tick() {
    say("left", minutes((ends - clock()) / 1000));
    if (slot) {
      if (clock() >= slot.ends && slot.next) {
        put(slot.next);
        slot = { code: slot.next.code, ends: slot.ends + 1000 * slot.next.seconds, next: null };
      }
      say("slot", minutes((slot.ends - clock()) / 1000));
    } else if (part("slot")) {
      say("slot", minutes(Math.max(0, Number(part("slot").dataset.seconds) - clock() / 1000)));
    }
  }

  function ask() {
    if (isAsking) return;
    isAsking = true;
    var control = new AbortController();
    var giveUp = setTimeout(function () { control.abort(); }, LIMIT);
    fetch(board.dataset.state, { headers: { Accept: "application/json" }, signal: control.signal, redirect: "error" })
      .then(function (answer) { if (!answer.ok) throw answer; return answer.json(); })
      .then(function (state) { failures = 0; wait = EVERY; part("line").hidden = true; show(state); })
      .catch(function () {
        failures += 1;
        wait = Math.min(SLOWEST, EVERY * Math.pow(2, failures - 1));
        // One lost answer is nothing; two are worth a word.
        if (failures > 1) part("line").hidden = false;
      })
      .then(function () { clearTimeout(giveUp); isAsking = false; timer = setTimeout(ask, wait); });
  }

  var full = part("full");
  if (full && document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", function () {
      if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen();
    });
  }
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) { clearTimeout(timer); wait = EVERY; ask(); }
  });
  if (phase !== "over") { tick(); setInterval(tick, 500); timer = setTimeout(ask, 400); }
})();
