// Buttons that copy the text of a box; without this script they stay hidden and the text is marked and copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const box = document.getElementById(button.dataset.copy), said = document.getElementById(button.dataset.copy + "-said");
  button.hidden = false;
  button.addEventListener("click", async () => {
    let done = false;
    try { await navigator.clipboard.writeText(box.value); done = true; } catch (refused) {
      box.focus(); box.select();
      try { done = document.execCommand("copy"); } catch (old) { done = false; }
    }
    said.textContent = done ? button.dataset.done : button.dataset.refused;
  });
}
