/* What HTMX and the browser do not do by themselves: open the dialog, keep the focus where
   the person is, say aloud what changed, and show an answer that went wrong. Every page
   works without this file. */
(() => {
  "use strict";

  const dialog = document.getElementById("dialog");
  const announcement = document.getElementById("announcement");
  const trouble = document.getElementById("trouble");
  const discard = document.getElementById("discard");
  let opener = null;
  // Whether the dialog holds something that would be lost with it.
  let typed = false;

  const say = (text) => {
    announcement.textContent = "";
    // A second, separate change is what makes screen readers read the same words again.
    setTimeout(() => { announcement.textContent = text; }, 60);
  };

  const firstToFocus = (root) =>
    root.querySelector("[aria-invalid='true'], [autofocus]") ||
    root.querySelector(".notice-error") ||
    root.querySelector("#dialog-title");

  const focusOn = (element) => {
    if (!element) return;
    if (!element.matches("a[href], button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
    element.focus();
  };

  /* --- The place in a list, when an action of a dialog leads back to it ------------------- */

  const PLACE = "place-in-list";
  const linkOf = (row) => row.querySelector("a[href]")?.getAttribute("href");

  const rememberPlace = () => {
    const row = opener?.closest("tbody tr");
    if (!row) return;
    const place = { at: location.pathname + location.search, link: linkOf(row), index: row.sectionRowIndex, top: scrollY };
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  };

  /* Back to the row, or to the one that has taken its place. */
  const returnToPlace = () => {
    const place = JSON.parse(sessionStorage.getItem(PLACE) || "null");
    sessionStorage.removeItem(PLACE);
    if (!place || place.at !== location.pathname + location.search) return;
    const rows = [...document.querySelectorAll("main tbody tr")];
    const row = rows.find((each) => linkOf(each) === place.link) || rows[Math.min(place.index, rows.length - 1)];
    const target = row?.querySelector(".name, a[href]") || document.querySelector("[data-focus-after-swap]");
    window.scrollTo({ top: place.top, behavior: "instant" });
    target?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest", behavior: "instant" });
  };

  /* --- The dialog ------------------------------------------------------------------- */

  const filled = () => dialog.querySelector("*") !== null;

  const showDialog = () => {
    if (!dialog.open) {
      opener = document.activeElement;
      document.querySelectorAll(":popover-open").forEach((open) => open.hidePopover());
      dialog.showModal();
    }
    focusOn(firstToFocus(dialog));
  };

  dialog.addEventListener("close", () => {
    typed = false;
    dialog.replaceChildren();
    // The opener may have sat in a popover that is closed now; its button is next best.
    const visible = opener && opener.isConnected && opener.checkVisibility();
    const popover = opener && opener.closest("[popover]");
    focusOn(visible ? opener : popover && document.querySelector(`[popovertarget="${popover.id}"]`));
    opener = null;
  });

  /* Close the dialog, unless something was typed: then ask first. */
  const leave = (event) => {
    event.preventDefault();
    if (typed) discard.showModal();
    else dialog.close();
  };

  dialog.addEventListener("input", () => { typed = true; });
  // The key as well: browsers let a page refuse a second `cancel` in a row no more.
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape" && typed && !event.isComposing) leave(event); });
  dialog.addEventListener("cancel", (event) => { if (typed && event.target === dialog) leave(event); });
  dialog.addEventListener("submit", (event) => { if (event.target.getAttribute("method") === "dialog") leave(event); });
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-dialog-close]");
    if (closer && dialog.contains(closer)) leave(event);
  });
  discard.addEventListener("close", () => {
    if (discard.returnValue === "discard") dialog.close();
    discard.returnValue = "";
  });

  /* --- What would be a dialog, opened as a page of its own ------------------------------ */

  const ownPage = (element) => (dialog.open ? null : element.closest("main .sheet"));

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, target } = event.detail;
    if (target !== dialog || !elt.matches("a[href]") || !ownPage(elt)) return;
    event.preventDefault();
    window.location.assign(elt.href);
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const sheet = event.detail.target === dialog && ownPage(event.detail.requestConfig.elt);
    if (!sheet) return;
    event.detail.target = sheet;
    event.detail.swapOverride = "outerHTML";
  });

  /* --- What is typed while a part of the form is on its way --------------------------- */

  const typedIn = (part) =>
    new Map([...part.querySelectorAll("input:not([type=hidden]), textarea")].map((field) => [field.name, field.value]));
  const asSent = new WeakMap();
  const typedSince = new WeakMap();

  document.addEventListener("htmx:beforeSend", (event) => {
    const { elt, target, xhr } = event.detail;
    if (elt.form && target !== dialog) asSent.set(xhr, typedIn(target));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    const before = asSent.get(xhr);
    if (!before) return;
    typedSince.set(xhr, [...typedIn(target)].filter(([name, value]) => before.get(name) !== value));
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const { target, xhr } = event.detail;
    for (const [name, value] of typedSince.get(xhr) || []) {
      const field = target.querySelector(`[name="${CSS.escape(name)}"]`);
      if (field) field.value = value;
    }
  });

  /* --- After a swap ------------------------------------------------------------------ */

  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target === dialog) {
      if (filled()) showDialog();
      return;
    }
    if (target.matches(".sheet")) {
      focusOn(firstToFocus(document.querySelector("main .sheet")));
      return;
    }
    const inside = target.id ? `#${CSS.escape(target.id)} ` : "";
    const words = document.querySelector(`${inside}[data-announce]`);
    if (words) say(words.dataset.announce);
    // Whoever types or turns a choice over is not done with the field yet.
    const trigger = event.detail.requestConfig.triggeringEvent?.type;
    const heading =
      document.querySelector(`${inside}[data-focus-after-swap]`) ||
      document.querySelector("[data-focus-after-swap]");
    if (!heading || trigger === "input" || trigger === "change") return;
    heading.focus({ preventScroll: true });
    if (heading.getBoundingClientRect().top < 0) heading.scrollIntoView({ behavior: "instant" });
  });

  /* --- Answers that are not what was asked for ------------------------------------------ */

  const isWholePage = (text) => /^\s*<!doctype/i.test(text);

  const showTrouble = (text, near) => {
    const place = dialog.open && dialog.contains(near) ? dialog : trouble.parentElement;
    let notice = trouble;
    if (place === dialog) {
      notice = dialog.querySelector(".dialog-trouble") || trouble.cloneNode();
      notice.removeAttribute("id");
      notice.classList.add("dialog-trouble");
      dialog.prepend(notice);
    }
    notice.textContent = text;
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest", behavior: "instant" });
  };

  document.addEventListener("htmx:beforeRequest", () => { trouble.hidden = true; });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (!isWholePage(xhr.responseText)) return;
    event.detail.shouldSwap = false;
    if (xhr.status < 400) {
      // A whole page where a part was asked for: the session has ended, or we were led on.
      window.location.assign(xhr.responseURL);
      return;
    }
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const parts = [...page.querySelectorAll("[data-error]")].map((part) => part.textContent.trim());
    showTrouble(parts.join(" ") || trouble.dataset.failed, target);
  });

  // How many rows of a list are ticked, beside the button that acts on them.
  document.addEventListener("change", ({ target }) => {
    const form = target.form;
    if (!form || !form.matches("[data-selection]")) return;
    const ticked = [...form.elements].filter((field) => field.checked).length;
    form.querySelector("[data-selected]").textContent = ticked || "";
  });

  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, (event) => showTrouble(trouble.dataset.lost, event.detail.target));
  }

  /* --- One click is enough ---------------------------------------------------------------- */

  const buttonsOf = (form) => [...form.elements].filter((part) => part.matches?.("button, [type=submit]"));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    // After the browser has read the form: a disabled button would be left out of it.
    setTimeout(() => buttonsOf(form).forEach((button) => button.setAttribute("aria-disabled", "true")));
  });
  const mark = (busy) => (event) => {
    const form = event.detail.elt.closest?.("form[hx-post]");
    if (!form) return;
    buttonsOf(form).forEach((button) => { button.disabled = busy; });
    form.toggleAttribute("data-busy", busy);
  };
  document.addEventListener("htmx:beforeSend", mark(true));
  document.addEventListener("htmx:afterRequest", (event) => {
    // A redirect is on its way: the buttons stay off until the next page is there.
    if (event.detail.xhr?.getResponseHeader("HX-Redirect")) {
      typed = false;
      rememberPlace();
    } else mark(false)(event);
  });

  /* --- What a button copies; without the clipboard the field can be selected ---------------- */

  document.querySelectorAll("[data-copies]").forEach((button) => {
    const field = document.getElementById(button.dataset.copies);
    field.addEventListener("focus", () => field.select());
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        say(button.dataset.copied);
      } catch {
        field.focus();
      }
    });
  });

  /* --- Back to a page that the browser has kept ------------------------------------------- */

  window.addEventListener("pageshow", (event) => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      buttonsOf(form).forEach((button) => button.removeAttribute("aria-disabled"));
    });
    document.querySelectorAll("form[data-busy]").forEach((form) => mark(false)({ detail: { elt: form } }));
    // It may be out of date by now. What was typed and not sent is worth more than that.
    if (event.persisted && !typed && !("posted" in document.body.dataset)) window.location.reload();
  });

  returnToPlace();

  // Messages that came with the page are not read aloud by themselves.
  const messages = document.querySelector("#messages .notice");
  if (messages) say(document.getElementById("messages").textContent.trim().replace(/\s+/g, " "));
})();
