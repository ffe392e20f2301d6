// The receipt on a device that goes from hand to hand: the next person gets an empty form, at a tap or by itself, and
// the receipt does not stay in the history. A touch begins the count anew, for those who read slowly.
(function () {
'use strict';
document.addEventListener('DOMContentLoaded', function () {
  var note = document.getElementById('soon');
  var link = document.getElementById('next');
  var number = note.querySelector('b');
  var whole = +number.textContent;
  var left = whole;
  function go() { location.replace(link.href); }
  function wake() { left = whole; number.textContent = left; }
  setInterval(function () {
    left -= 1;
    if (left < 1) go();
    else number.textContent = left;
  }, 1000);
  link.addEventListener('click', function (event) {
    event.preventDefault();
    go();
  });
  ['click', 'keydown', 'scroll', 'touchstart'].forEach(function (type) { document.addEventListener(type, wake); });
  window.addEventListener('pageshow', function (event) { if (event.persisted) go(); });
});
})();
