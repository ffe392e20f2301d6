// A row of doors that scrolls sideways on a phone begins with the door one has come through in view.
(function () {
  document.querySelectorAll(".strip").forEach(function (strip) {
    var here = strip.querySelector("[aria-current]");
    if (here) strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
  });
})();
