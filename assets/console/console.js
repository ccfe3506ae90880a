// Comfort at the desk: keys, no double presses, progress that moves. Every page works without it.
"use strict";
(() => {
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // A key presses what carries it; j and k go through the list.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const rows = [...document.querySelectorAll(".list .row")];
    const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
    const step = { j: 1, k: -1 }[event.key];
    if (step && rows.length) {
      const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
      if (next && next !== rows[at]) next.click();
      event.preventDefault();
      return;
    }
    if (!/^[a-z0-9?/]$/.test(event.key)) return;
    const found = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!found || found.disabled) return;
    event.preventDefault();
    if (found.matches("summary")) {
      const panel = found.parentElement;
      panel.open = !panel.open;
      // Enter then does what the panel is for.
      const first = panel.open && panel.querySelector("form input:not([type=hidden]), form select, form textarea, form button");
      (first || found).focus();
    }
    else if (found.matches("input, textarea, select")) found.focus();
    else found.click();
  });

  // A form goes once, and asks first where it says so.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const ask = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
    if (ask && !window.confirm(ask)) { event.preventDefault(); return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post") {
      form.dataset.sent = "1";
      setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    });
  });

  // What moves is asked for again: the part with the same id takes its place; without the mark the whole page comes anew.
  const poll = async (part) => {
    try {
      const answer = await fetch(part.dataset.poll, { credentials: "same-origin" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = part.id && page.getElementById(part.id);
      if (!fresh) return;
      if (!fresh.dataset.poll) { location.reload(); return; }
      part.replaceWith(fresh);
      setTimeout(poll, 1000, fresh);
    } catch { setTimeout(poll, 3000, part); }
  };
  document.querySelectorAll("[data-poll]").forEach((part) => setTimeout(poll, 1000, part));

  // Choices that belong to a longer list.
  document.querySelectorAll("[data-toggles]").forEach((box) => {
    const show = () => document.querySelectorAll(box.dataset.toggles).forEach((part) => { part.hidden = !box.checked; });
    box.addEventListener("change", show);
    show();
  });
  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
  document.querySelectorAll(".list .row[aria-current]").forEach((row) => row.scrollIntoView({ block: "nearest" }));
})();
