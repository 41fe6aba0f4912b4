// Asks whether a logout is wanted; nothing has ended before the answer.
(() => {
  "use strict";

  const element = (id) => document.getElementById(id);

  const show = (id) => {
    for (const section of document.querySelectorAll("main > section")) {
      section.hidden = section.id !== id;
    }
    element(id).querySelector("h1[tabindex]")?.focus();
  };

  const leave = async () => {
    const next = element("ask").dataset.next;
    let answer;
    try {
      const response = await fetch("/logout/confirmation", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(next ? { next } : {}),
        credentials: "same-origin",
        cache: "no-store",
      });
      answer = await response.json();
    } catch {
      show("connection");
      return;
    }
    if (answer.next) {
      location.replace(answer.next);
    } else {
      show("ended");
    }
  };

  element("stay").onclick = () => history.back();
  element("leave").onclick = leave;
  element("again").onclick = leave;
})();
