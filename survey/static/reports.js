/* Files of a report take a few seconds to make: fetch them, say so meanwhile, then save them.
   Without scripts, or where this fails, the links work as links do. */
(function () {
  "use strict";
  var place = document.querySelector("[data-making]");
  if (!place || !window.fetch || !window.URL) return;

  function nameIn(answer) {
    var found = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") || "");
    return found ? found[1] : "bao-cao";
  }

  function save(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }

  function make(link) {
    link.setAttribute("aria-disabled", "true");
    place.textContent = place.dataset.making;
    fetch(link.href, { credentials: "same-origin" }).then(function (answer) {
      // A page instead of a file (signed out, say) is for the browser to show.
      if (!answer.ok || !/attachment/.test(answer.headers.get("Content-Disposition") || "")) throw new Error("no file");
      return answer.blob().then(function (blob) { save(blob, nameIn(answer)); });
    }).then(function () {
      place.textContent = place.dataset.made;
    }).catch(function () {
      place.textContent = "";
      location.href = link.href;
    }).finally(function () { link.removeAttribute("aria-disabled"); });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-file]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.getAttribute("aria-disabled") !== "true") make(link);
  });
})();
