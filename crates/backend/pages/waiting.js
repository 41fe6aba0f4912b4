// Says how far the app is. It has no power to go on: the app opens the page that does, in this browser.
(() => {
  "use strict";

  const element = (id) => document.getElementById(id);
  const { flow, seconds } = element("waiting").dataset;
  const end = Date.now() + Number(seconds) * 1000;
  let step = "waiting";

  const show = (id) => {
    for (const section of document.querySelectorAll("main > section")) {
      section.hidden = section.id !== id;
    }
    element(id).querySelector("h1[tabindex]")?.focus();
  };

  const count = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    element("left").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  };

  const look = async () => {
    try {
      const response = await fetch(`/wait?flow=${flow}`, {
        credentials: "same-origin",
        cache: "no-store",
      });
      step = (await response.json()).step ?? step;
    } catch {
      // The next look may reach it.
    }
    if (step === "continued" || step === "declined" || step === "expired") {
      show(step);
      clearInterval(looking);
      clearInterval(counting);
      return;
    }
    const words = element("step");
    if (words.textContent !== words.dataset[step]) {
      words.textContent = words.dataset[step];
    }
    if (step !== "waiting") {
      element("help").hidden = true;
    }
  };

  element("open").addEventListener("click", () => {
    setTimeout(() => {
      if (step === "waiting" && !element("waiting").hidden) {
        element("help").hidden = false;
      }
    }, 5000);
  });

  count();
  const counting = setInterval(count, 1000);
  const looking = setInterval(look, 2000);
})();
