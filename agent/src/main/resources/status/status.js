// Keeps an open page up to date: an event from the agent says that there is something new, and the page is fetched
// again and put in place of the old one where it differs. Without this script, reload the page.
"use strict";
(function () {
  const RETRY_MS = 30000;
  const LEAST_MS = 900; // between two updates; nine times as long as an update takes, where that is more
  const root = document.documentElement.dataset.root;
  const live = document.getElementById("live");
  let source = null;
  let retry = 0;
  let lost = null;
  let busy = false;
  let again = false;

  function say(text, state) {
    if (live.textContent !== text) {
      live.textContent = text; // a live region: only what is new is to be read out
    }
    live.className = state;
  }

  function clock() {
    return new Date().toISOString().slice(11, 19) + " UTC";
  }

  function morph(old, fresh) {
    if (old.isEqualNode(fresh)) {
      return;
    }
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
      old.replaceWith(document.importNode(fresh, true));
      return;
    }
    if (old.nodeType !== Node.ELEMENT_NODE) {
      old.data = fresh.data;
      return;
    }
    for (const a of [...old.attributes]) {
      if (!fresh.hasAttribute(a.name)) {
        old.removeAttribute(a.name);
      }
    }
    for (const a of fresh.attributes) {
      if (old.getAttribute(a.name) !== a.value) {
        old.setAttribute(a.name, a.value);
      }
    }
    const before = [...old.childNodes];
    const after = [...fresh.childNodes];
    after.forEach((child, i) => {
      if (i < before.length) {
        morph(before[i], child);
      } else {
        old.append(document.importNode(child, true));
      }
    });
    before.slice(after.length).forEach((child) => child.remove());
  }

  async function update() {
    if (busy || document.hidden) {
      again = busy;
      return;
    }
    busy = true;
    const began = performance.now();
    try {
      const here = new URL(location.href);
      here.username = here.password = ""; // fetch refuses them
      const answer = await fetch(here, { headers: { Accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout(15000) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = page.getElementById("main");
      if (main) {
        if (page.getElementById("script").getAttribute("src") !== document.getElementById("script").getAttribute("src")) {
          location.reload(); // another version of the agent
          return;
        }
        document.title = page.title;
        morph(document.getElementById("main"), main);
        morph(document.getElementById("asof"), page.getElementById("asof"));
        if (source && source.readyState === EventSource.OPEN) {
          say("Live", "on");
        }
      } else {
        say("The agent answered with status " + answer.status + " at " + clock() + "; reload the page", "off");
      }
    } catch (e) {
      // The stream of events says it when the agent is away; the next event brings the next try.
      if (source && source.readyState === EventSource.OPEN) {
        say("Not updated since " + document.getElementById("asof").textContent, "off");
      }
    }
    setTimeout(() => {
      busy = false;
      if (again) {
        again = false;
        update();
      }
    }, Math.max(LEAST_MS, 9 * (performance.now() - began)));
  }

  function listen() {
    clearTimeout(retry);
    if (source) {
      source.close(); // one stream a page
    }
    const mine = new EventSource(root + "events");
    source = mine;
    mine.onopen = () => {
      lost = null;
      say("Live", "on");
    };
    mine.onmessage = update;
    mine.onerror = () => {
      if (mine !== source) {
        return;
      }
      if (mine.readyState !== EventSource.CLOSED) {
        lost = lost || clock();
        say("Connection to the agent lost at " + lost + "; reconnecting", "off");
        return;
      }
      // Refused: too many pages are open, or a proxy answered.
      say(
        lost
          ? "Connection to the agent lost at " + lost + "; trying again"
          : "No live updates: the agent serves as many pages as it can; reload to update",
        "off",
      );
      retry = setTimeout(listen, lost ? 3000 : RETRY_MS);
    };
  }

  // A hidden page needs no connection, of which browsers have six for a site.
  function follow() {
    if (document.hidden) {
      clearTimeout(retry);
      if (source) {
        source.close();
      }
    } else {
      listen();
    }
  }

  if (live && window.EventSource) {
    follow();
    document.addEventListener("visibilitychange", follow);
    window.addEventListener("pagehide", () => source && source.close());
    window.addEventListener("pageshow", (e) => e.persisted && listen());
  }
})();
