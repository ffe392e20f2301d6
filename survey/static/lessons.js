/* Turns the sections of a lesson into slides: one at a time, first the question, then its answer. Keys, buttons, or a
   remote control (Page Up and Page Down). The address keeps the place. */
(function () {
  "use strict";
  var deck = document.querySelector(".deck");
  if (!deck) return;
  var slides = Array.prototype.slice.call(deck.querySelectorAll(".slide"));
  var here = 0;
  var on = button("on"), back = button("back"), full = button("full"), print = button("print");

  function button(name) { return deck.querySelector("[data-go=" + name + "]"); }
  function hasAnswer(slide) { return slide.querySelector(".answer") !== null; }
  function isOpen(slide) { return !hasAnswer(slide) || slide.classList.contains("is-open"); }

  function show(place, opened) {
    here = Math.max(0, Math.min(slides.length - 1, place));
    slides.forEach(function (slide, index) { slide.classList.toggle("is-here", index === here); });
    var slide = slides[here];
    if (opened) slide.classList.add("is-open");
    history.replaceState(null, "", "#s" + here);
    say();
    window.scrollTo(0, 0);
  }

  function say() {
    var slide = slides[here];
    deck.querySelector("[data-part=place]").textContent =
      deck.dataset.of.replace("{here}", here + 1).replace("{all}", slides.length);
    on.textContent = isOpen(slide) ? on.dataset.next : on.dataset.answer;
    on.disabled = isOpen(slide) && here === slides.length - 1;
    back.disabled = here === 0;
  }

  function forward() {
    if (!isOpen(slides[here])) open(slides[here]); else if (here < slides.length - 1) show(here + 1);
  }

  // On a small screen the answer begins below the bar of buttons: it comes into view when it is asked for.
  function open(slide) {
    slide.classList.add("is-open");
    say();
    slide.querySelector("div.answer").scrollIntoView({ block: "nearest" });
  }

  function fromAddress() {
    var found = /^#s(\d+)$/.exec(location.hash);
    return found ? Number(found[1]) : 0;
  }

  deck.classList.add("scripted");
  [on, back, print].forEach(function (one) { one.hidden = false; });
  on.addEventListener("click", forward);
  back.addEventListener("click", function () { show(here - 1); });
  print.addEventListener("click", function () { window.print(); });
  if (document.documentElement.requestFullscreen) {
    full.hidden = false;
    full.addEventListener("click", function () {
      if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen();
    });
  }
  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    var onControl = event.target.closest("button, a");
    if (["ArrowRight", "PageDown"].indexOf(event.key) >= 0 || (event.key === " " && !onControl)) { event.preventDefault(); forward(); }
    else if (["ArrowLeft", "PageUp"].indexOf(event.key) >= 0) { event.preventDefault(); show(here - 1); }
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(slides.length - 1);
  });
  window.addEventListener("hashchange", function () { show(fromAddress()); });
  show(fromAddress());
})();
