// The way from the app into this browser, at a handoff and after an approval. The token stands in the fragment of the address, which no server
// is sent; it is taken out before anything else, so that neither the history nor a picture has it.
(() => {
  "use strict";

  let token = "";

  const sections = [...document.querySelectorAll("main > section")];
  const element = (id) => document.getElementById(id);

  const show = (id) => {
    for (const section of sections) {
      section.hidden = section.id !== id;
    }
    element(id).querySelector("h1[tabindex]")?.focus();
  };

  const fill = (values) => {
    for (const [name, value] of Object.entries(values)) {
      for (const slot of document.querySelectorAll(`[data-slot="${name}"]`)) {
        slot.textContent = value ?? "";
      }
    }
  };

  const isAddress = (text) => ["https:", "http:"].includes(new URL(text).protocol);

  const leave = (next) => {
    if (isAddress(next)) {
      location.replace(next);
    }
  };

  const ask = (answer) => {
    fill({
      entry: answer.entry,
      user_id: answer.user_id,
      customer_name: answer.customer_name,
      customer_number: answer.customer_number,
      other_user: answer.other?.user_id,
      other_customer: answer.other?.customer_name,
    });
    element("other").hidden = !answer.other;
    element("no").onclick = () => post(false);
    element("yes").onclick = () => post(true);
    show("ask");
  };

  const opened = (answer) => {
    if (answer.waiting.length === 0) {
      leave(answer.next);
      return;
    }
    element("names").replaceChildren(
      ...answer.waiting.map((name) => {
        const item = document.createElement("li");
        item.textContent = name;
        return item;
      }),
    );
    element("go-on").onclick = () => leave(answer.next);
    show("waiting");
  };

  const refused = (answer) => {
    fill(answer);
    element("reference").hidden = !answer.request_id;
    element("elsewhere").hidden = !answer.again;
    if (answer.again && isAddress(answer.again)) {
      element("begin-again").href = answer.again;
    }
    show("refused");
  };

  const post = async (confirmed) => {
    const own = token;
    if (element("ask-app").hidden) {
      show("opening");
    }
    let answer;
    try {
      const response = await fetch(element("opening").dataset.post, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(confirmed === undefined ? { token } : { token, confirmed }),
        credentials: "same-origin",
        cache: "no-store",
      });
      answer = await response.json();
    } catch {
      if (own === token) {
        element("again").onclick = () => post(confirmed);
        show("connection");
      }
      return;
    }
    if (own !== token) {
      return;
    }
    switch (answer.outcome) {
      case "ask":
        ask(answer);
        break;
      case "ask-app":
        if (element("ask-app").hidden) {
          show("ask-app");
        }
        setTimeout(() => own === token && post(true), 1000);
        break;
      case "opened":
        opened(answer);
        break;
      default:
        refused(answer);
    }
  };

  const begin = () => {
    token = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    element("ask-app").hidden = true;
    post(undefined);
  };

  // The app may open the next address in this very tab, which then loads nothing.
  addEventListener("hashchange", begin);
  begin();
})();
