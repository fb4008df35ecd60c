// What the pages gain where scripts run. Every page works without it; nothing here decides anything.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const on = (type, selector, act) => document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  });
  const typing = (at) => at.closest("input, textarea, select, [contenteditable]");

  // Toasts: at most three; good news fades unless somebody is at it, bad news stays.
  const toasts = $("#toasts");
  const tend = (toast) => {
    while (toasts.children.length > 3) toasts.firstElementChild.remove();
    if (toast.classList.contains("trouble")) return;
    const fade = () => toast.matches(":hover, :focus-within") ? setTimeout(fade, 2000) : toast.remove();
    setTimeout(fade, 6000);
  };
  const trouble = (words) => {
    const toast = $("#toast-trouble")?.content.firstElementChild.cloneNode(true);
    if (!toast) return;
    $("p", toast).textContent = words;
    toasts.append(toast);
  };
  if (toasts) {
    [...toasts.children].forEach(tend);
    new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
      if (node instanceof Element) tend(node);
    }))).observe(toasts, { childList: true });
  }
  on("click", "[data-close]", (button) => button.closest(".toast, .note")?.remove());

  // A request that failed changes nothing on the page, so it must say so.
  const why = { 0: "The server cannot be reached. Nothing was changed.", 401: "Your session has ended. Sign in again.",
    403: "Your role does not allow this.", 404: "This is gone. Load the page again.",
    408: "This took too long. It may still have been done: look before you try again.",
    409: "Somebody else changed this meanwhile. Load the page again.", 413: "This is too large.", 503: "The server is busy. Try again in a moment." };
  document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    trouble(why[xhr.status] ?? `Something went wrong on our side. Quote ${xhr.getResponseHeader("x-request-id")}.`);
  });
  document.addEventListener("htmx:sendError", () => trouble(why[0]));
  document.addEventListener("htmx:timeout", () => trouble(why[408]));

  // After a swap the focus goes to what went wrong, or to what the answer marks.
  document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
    if (elt.id === "dialog" && !elt.open) return;
    ($(".summary", elt) ?? $("[aria-invalid=true]", elt) ?? $("[data-focus]", elt))?.focus();
  });

  // A link marked data-dialog opens its page's block in the dialog; the form inside posts as ever.
  const dialog = $("#dialog");
  on("click", "a[data-dialog]", async (link, event) => {
    if (!dialog || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    await htmx.ajax("GET", link.href, { target: "#dialog", source: dialog, swap: "innerHTML" });
    if (!dialog.firstElementChild) return;
    shut();
    dialog.showModal();
    ($("[autofocus], textarea, [data-dismiss]", dialog))?.focus();
  });
  on("click", "dialog [data-dismiss]", (button, event) => {
    event.preventDefault();
    button.closest("dialog").close();
  });
  dialog?.addEventListener("close", () => dialog.replaceChildren());
  // A form in the dialog whose answer renewed something behind it has done its work.
  document.addEventListener("htmx:afterSwap", ({ detail: { requestConfig, target } }) => {
    if (dialog?.open && dialog.contains(requestConfig?.elt) && target !== dialog) dialog.close();
  });

  // data-confirm="Title" on a form or its button asks first; data-confirm-text, data-confirm-verb.
  const ask = (at, send) => {
    dialog.replaceChildren($("#confirm-form").content.cloneNode(true));
    $("h1", dialog).textContent = at.dataset.confirm;
    $("p", dialog).textContent = at.dataset.confirmText ?? "";
    $("[value=yes]", dialog).textContent = at.dataset.confirmVerb ?? "Go on";
    $("form", dialog).addEventListener("submit", (event) => { if (event.submitter?.value === "yes") send(); });
    dialog.returnValue = "";
    dialog.showModal();
  };
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const at = submitter?.dataset.confirm ? submitter : form;
    if (!at.dataset.confirm || !dialog) return;
    if (form.dataset.asked) return void delete form.dataset.asked;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(at, () => { form.dataset.asked = "yes"; form.requestSubmit(submitter); });
  }, true);

  // form[data-guard]: leaving with unsaved typing asks. A form that came back refused is unsaved.
  let unsaved = $("form[data-guard] [aria-invalid=true]") !== null;
  on("input", "form[data-guard]", () => { unsaved = true; });
  on("submit", "form[data-guard]", (_, event) => { if (!event.defaultPrevented) unsaved = false; });
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

  // data-copy="text": copies it and says so for a moment.
  on("click", "[data-copy]", async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.dataset.copied = "yes";
      setTimeout(() => delete button.dataset.copied, 1500);
    } catch { trouble("Copying is not allowed here; mark the text and copy it."); }
  });

  // form[data-submit-on-change]: a choice sends it; its button is for those without scripts.
  on("change", "form[data-submit-on-change]", (form) => form.requestSubmit());

  // Menus close on Escape, on a click elsewhere, and when another opens.
  const shut = (but) => document.querySelectorAll("details.pick[open]").forEach((one) => { if (one !== but) one.open = false; });
  document.addEventListener("click", (event) => shut(event.target.closest?.("details.pick")));
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.activeElement?.closest("details.pick[open]");
    if (open) { open.open = false; $("summary", open).focus(); }
  });

  // Shortcuts: "/" searches, "g" and a letter goes there, "?" lists them. Off while typing, in a
  // dialog, and for those who switched them off.
  let going = 0;
  const help = () => { dialog.replaceChildren($("#keys-help").content.cloneNode(true)); dialog.showModal(); };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || dialog?.open) return;
    if (!dialog || document.documentElement.dataset.keys === "off") return;
    const find = $("[data-find]") ?? $("#find");
    const there = Date.now() - going < 1500 && $(`.nav a[data-key="${CSS.escape(event.key)}"]`);
    going = event.key === "g" && !there ? Date.now() : 0;
    if (there) there.click();
    else if (event.key === "/" && find) { event.preventDefault(); find.focus(); find.select(); }
    else if (event.key === "?") help();
  });

  $(".summary")?.focus();
})();
