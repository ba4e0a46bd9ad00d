// Compare any two releases of a line, from the documents at api/v1/. Nothing leaves this site.
(() => {
  "use strict";
  const root = new URL("..", document.currentScript.src);
  const place = document.getElementById("rn-compare");
  if (!place) return;
  const answer = document.getElementById("rn-compare-answer");
  const lines = document.getElementById("rn-compare-line");
  const older = document.getElementById("rn-compare-old");
  const newer = document.getElementById("rn-compare-new");
  const PARTS = ["model", "prompts", "decoding", "tools", "training", "behaviours"];
  const CLOSED = new Set(["resolved", "withdrawn", "dropped"]);
  const MARKS = { improved: "▲", regressed: "▼", changed: "↕" };
  let index = null;
  let releases = [];
  let asked = 0;

  const get = async (path) => {
    const response = await fetch(new URL(path, root));
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  };
  const element = (name, content = [], attributes = {}) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...[content].flat().filter((one) => one !== null));
    return made;
  };
  const link = (path, words) => element("a", words, { href: new URL(path, root) });
  const count = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;
  const fill = (select, options, chosen) => {
    select.replaceChildren(...options.map(([value, words]) => element("option", words, { value })));
    if (options.some(([value]) => value === chosen)) select.value = chosen;
  };
  const short = (words) => words.replace(/\b([0-9a-f]{8})[0-9a-f]{4,}\b/g, "$1…");
  const figure = (value) =>
    value === null ? "–" : String(Number(value.toPrecision(4))).replace("-", "−");

  // -- what is asked ------------------------------------------------------------------------------

  const ofLine = () => releases.filter((one) => one.line === lines.value);
  const offer = (old, now) => {
    const options = ofLine().map((one) => [one.tag, `${one.title}${one.withdrawn_by ? " (withdrawn)" : ""}`]);
    fill(older, options, old ?? options[1]?.[0]);
    fill(newer, options, now ?? options[0]?.[0]);
  };
  const remember = () => {
    const query = new URLSearchParams({ line: lines.value, old: older.value, new: newer.value });
    history.replaceState(null, "", `?${query}`);
  };

  // -- adding up ----------------------------------------------------------------------------------

  const stepsOf = async (line) => {
    const documents = index.lines.find((one) => one.name === line).history;
    const size = 100;
    const order = ofLine().map((one) => one.tag).reverse();
    const [from, to] = [order.indexOf(older.value), order.indexOf(newer.value)].sort((a, b) => a - b);
    const wanted = documents.slice(Math.floor((from + 1) / size), Math.floor(to / size) + 1);
    const steps = (await Promise.all(wanted.map(get))).flatMap((one) => one.steps);
    const tags = new Set(order.slice(from + 1, to + 1));
    return { old: order[from], now: order[to], steps: steps.filter((one) => tags.has(one.tag)) };
  };
  const addUp = (steps, items, key) => {
    const found = new Map();
    for (const step of steps)
      for (const one of items(step)) {
        const entry = found.get(key(one)) ?? { first: one, times: 0 };
        found.set(key(one), { ...entry, last: one, times: entry.times + 1 });
      }
    return [...found.values()];
  };
  const wordsOf = ({ first, last, times }) => {
    if (times === 1) return last.words;
    if (first.old !== null && last.new !== null) {
      if (first.old === last.new) return `changed ${times} times, and is as it was: ${last.new}`;
      return `${first.old} → ${last.new} (in ${times} steps)`;
    }
    return `changed ${times} times; the last time: ${last.words}`;
  };

  // -- showing ------------------------------------------------------------------------------------

  const table = (head, rows) =>
    element("div", element("table", [
      element("thead", element("tr", head.map((words) => element("th", words, { scope: "col" })))),
      element("tbody", rows.map((cells) => element("tr", cells.map((cell) => element("td", cell))))),
    ]), { class: "rn-scroll rn-record", role: "region", "aria-label": head.join(", "), tabindex: "0" });
  const changes = (steps) => {
    const rows = addUp(steps, (step) => step.changes, (one) => one.path)
      .sort((a, b) => PARTS.indexOf(a.last.part) - PARTS.indexOf(b.last.part))
      .map((one) => [one.last.part, one.last.path.replace(/^\w+\.yaml:(behaviours\.)?/, ""), short(wordsOf(one))]);
    return rows.length ? table(["part", "what", "change"], rows) : element("p", "Nothing differs underneath.");
  };
  const evals = (steps, line) => {
    const entries = addUp(steps, (step) => step.evals, (one) => `${one.task}\n${one.metric}`);
    if (!entries.length) return element("p", "No eval was measured anew.");
    const breaks = new Map();
    for (const one of steps.flatMap((step) => step.evals))
      if (one.verdict === "not comparable") breaks.set(`${one.task}\n${one.metric}`, one.reason);
    const rows = entries.map((entry) => {
      const why = breaks.get(`${entry.last.task}\n${entry.last.metric}`);
      const verdict = why !== undefined
        ? short(`× not comparable: ${why}`)
        : entry.times === 1
          ? `${MARKS[entry.last.verdict] ?? ""} ${entry.last.verdict}`.trim()
          : `${entry.times} measurements; see its page for the intervals`;
      const found = evalPages.get(`${line}\n${entry.last.task}`);
      const name = found ? link(found, entry.last.task) : entry.last.task;
      return [[name, ` ${entry.last.metric}`], `${figure(entry.first.old)} → ${figure(entry.last.new)}`, verdict];
    });
    return table(["eval", "value", "verdict"], rows);
  };
  const limitations = (steps) => {
    const entries = addUp(steps, (step) => step.limitations, (one) => one.id);
    if (!entries.length) return element("p", "Nothing new is said of any limitation.");
    const rows = entries
      .sort((a, b) => CLOSED.has(a.last.news) - CLOSED.has(b.last.news))
      .map(({ last }) => {
        const page = limitationPages.get(`${lines.value}\n${last.id}`);
        return [last.news, page ? link(page, last.id) : last.id, last.text];
      });
    return table(["news", "limitation", "text"], rows);
  };
  const evalPages = new Map();
  const limitationPages = new Map();
  const show = async () => {
    const mine = ++asked;
    remember();
    if (older.value === newer.value) {
      answer.replaceChildren(element("p", "These are the same release."));
      return;
    }
    answer.setAttribute("aria-busy", "true");
    const { old, now, steps } = await stepsOf(lines.value);
    if (mine !== asked) return;
    const named = (tag) => {
      const one = ofLine().find((release) => release.tag === tag);
      return link(one.page, one.title);
    };
    answer.replaceChildren(
      element("h2", [named(old), " → ", named(now)]),
      element("p", `${count(steps.length, "release")} between them, the newer one included.`),
      element("h3", "What is underneath"), changes(steps),
      element("h3", "Evaluations"), evals(steps, lines.value),
      element("h3", "Known limitations"), limitations(steps),
    );
    answer.removeAttribute("aria-busy");
  };
  const failed = (error) => {
    answer.replaceChildren(element("p", `The data of this site could not be read (${error.message}). Opened from a disk, a browser refuses; from a server it works.`));
  };

  const begin = async () => {
    const documents = await Promise.all(
      ["index", "releases", "evals", "limitations"].map((name) => get(`api/v1/${name}.json`)),
    );
    index = documents[0];
    releases = documents[1].releases;
    for (const one of documents[2].evals) evalPages.set(`${one.line}\n${one.task}`, one.page);
    for (const one of documents[3].limitations) limitationPages.set(`${one.line}\n${one.id}`, one.page);
    const query = new URLSearchParams(location.search);
    fill(lines, index.lines.map((one) => [one.name, one.title]), query.get("line"));
    lines.parentElement.hidden = index.lines.length < 2;
    offer(query.get("old"), query.get("new"));
    place.hidden = false;
    lines.addEventListener("change", () => { offer(); show().catch(failed); });
    for (const select of [older, newer]) select.addEventListener("change", () => show().catch(failed));
    await show();
  };
  begin().catch(failed);
})();
