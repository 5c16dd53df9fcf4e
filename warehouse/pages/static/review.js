// Keys press the buttons and links that name them. Without this script these still work.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("input, select")) return;
  if (/^[a-z]$/.test(event.key)) document.querySelector(`[data-key="${event.key}"]`)?.click();
});
// One press is one decision.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
// A page that the browser kept from before shows decisions that may be others now.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
