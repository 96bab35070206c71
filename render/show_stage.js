// Draws the marks of a slide, and moves what two slides share from one to the other; the marks' shape stands in
// show_packed.py. It knows no slides and no controls.
const showStage = (() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const WIDE = 1600, HIGH = 900;
  const MOVE_MS = 700, LEAVE_MS = 260, TEXT_LEAVES_MS = 150;
  const ENTER_MS = 460, ENTER_AFTER_MS = 220, STAGGER_MS = 16, MOST_STAGGER_MS = 260;
  const TOLD_AFTER_MS = 160; // what a bar amounts to comes when the bar is nearly there
  const RISE = 14; // points that a text comes up by
  const DOT_SPREAD = 0.4; // of the movement: the last dot sets off so much later than the first
  const GOLDEN = 0.618034; // spreads the dots' departures evenly, the same way every time
  const DOT_TONES = ["accent_soft", "accent_mid", "accent", "warm"]; // drawn in this order, the last on top
  const [SOFT, MID, STRONG, LIT] = DOT_TONES.keys();

  const stillness = matchMedia("(prefers-reduced-motion: reduce)");
  const limited = (share) => Math.min(1, Math.max(0, share));
  const eased = (share) => (share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2);
  const arriving = (share) => 1 - (1 - share) ** 3;
  const mix = (one, other, share) => one + (other - one) * share;
  const mixed = (all, others, share) => all.map((each, index) => mix(each, others[index], share));

  // -- shapes -------------------------------------------------------------------------------------------------------

  function outline(points) {
    let path = "";
    for (let at = 0; at < points.length; at += 2) {
      path += `${at ? "L" : "M"}${points[at].toFixed(1)} ${points[at + 1].toFixed(1)}`;
    }
    return path;
  }

  // What of a closed outline lies left of a share of its width.
  function wiped(points, share) {
    const xs = points.filter((_, at) => at % 2 === 0);
    const limit = mix(Math.min(...xs), Math.max(...xs), share);
    const kept = [];
    for (let at = 0; at < points.length; at += 2) {
      const next = (at + 2) % points.length;
      const [x, y, toX, toY] = [points[at], points[at + 1], points[next], points[next + 1]];
      if (x <= limit) kept.push(x, y);
      if ((x <= limit) !== (toX <= limit)) kept.push(limit, mix(y, toY, (limit - x) / (toX - x)));
    }
    return kept;
  }

  // A line as far as it is drawn.
  function begun(points, share) {
    const steps = share * (points.length / 2 - 1);
    const whole = Math.min(Math.floor(steps), points.length / 2 - 2);
    const [x, y, toX, toY] = points.slice(2 * whole, 2 * whole + 4);
    return [...points.slice(0, 2 * whole + 2), mix(x, toX, steps - whole), mix(y, toY, steps - whole)];
  }

  // -- marks --------------------------------------------------------------------------------------------------------

  const ELEMENTS = { text: "text", area: "path", circle: "circle", stroke: "path" };
  const GROWS = /^(bar|ribbon)/; // areas that come from the left; others fade
  const FADED = "around"; // the tone that begins softly, as the page's gradient has it

  function elementOf(mark) {
    const element = document.createElementNS(SVG, ELEMENTS[mark.kind]);
    const classes = [mark.kind, mark.role, mark.bold && "bold", mark.onMap && "on-map", mark.sheer && "sheer",
      mark.dashed && "dashed"];
    element.setAttribute("class", classes.filter(Boolean).join(" "));
    if (mark.kind === "text") element.textContent = mark.text;
    if (mark.anchor) element.setAttribute("text-anchor", mark.anchor);
    paint(element, mark);
    shape(element, mark);
    return element;
  }

  const colour = (tone) => (tone === FADED ? `url(#${tone})` : `var(--${tone})`);

  function paint(element, mark) {
    element.style[mark.kind === "stroke" ? "stroke" : "fill"] = colour(mark.tone);
    if (mark.kind === "area") element.style.stroke = mark.edge ? colour(mark.edge) : "none";
  }

  function shape(element, mark) {
    const set = (values) => Object.entries(values).forEach(([name, value]) => element.setAttribute(name, value));
    if (mark.kind === "text") set({ x: mark.x, y: mark.y, "font-size": mark.size });
    else if (mark.kind === "circle") set({ cx: mark.x, cy: mark.y, r: mark.radius });
    else if (mark.kind === "stroke") set({ d: outline(mark.points), "stroke-width": mark.width });
    else element.setAttribute("d", mark.rings.map((ring) => (ring.length ? `${outline(ring)}Z` : "")).join(""));
  }

  // Whether one can become the other by moving.
  function isAlike(one, other) {
    if (one.kind !== other.kind) return false;
    if (one.kind === "text") return one.text === other.text && one.bold === other.bold && one.anchor === other.anchor;
    if (one.kind === "stroke") return one.points.length === other.points.length;
    if (one.kind === "circle") return true;
    return one.rings.length === other.rings.length
      && one.rings.every((ring, at) => ring.length === other.rings[at].length);
  }

  function between(one, other, share) {
    const of = (name) => mix(one[name], other[name], share);
    if (one.kind === "text") return { ...other, x: of("x"), y: of("y"), size: of("size") };
    if (one.kind === "circle") return { ...other, x: of("x"), y: of("y"), radius: of("radius") };
    if (one.kind === "stroke") return { ...other, points: mixed(one.points, other.points, share) };
    return { ...other, rings: one.rings.map((ring, at) => mixed(ring, other.rings[at], share)) };
  }

  // A mark that is on its way in; what neither grows nor is drawn along fades.
  function entering(element, mark) {
    const isGrown = mark.kind === "area" && GROWS.test(mark.key);
    const fades = mark.kind === "text" || mark.kind === "stroke" || (mark.kind === "area" && !isGrown);
    return (share) => {
      if (fades) element.style.opacity = share < 1 ? share : "";
      if (share === 1) shape(element, mark);
      else if (mark.kind === "text") shape(element, { ...mark, y: mark.y + RISE * (1 - share) });
      else if (mark.kind === "circle") shape(element, { ...mark, radius: mark.radius * share });
      else if (mark.kind === "stroke") shape(element, { ...mark, points: begun(mark.points, share) });
      else if (isGrown) shape(element, { ...mark, rings: mark.rings.map((ring) => wiped(ring, share)) });
    };
  }

  // -- dots ---------------------------------------------------------------------------------------------------------

  // Where each dot is and how large; one of no place has no radius. Those of `lit` (number of a dot: how many times its
  // size) stand out from all the others.
  function stateOf(mark, lit) {
    if (!mark) return null;
    const count = mark.points.length / 2;
    const [x, y, r] = [0, 0, 0].map(() => new Float32Array(count));
    const state = { x, y, r, tone: new Uint8Array(count) };
    for (let at = 0; at < count; at += 1) {
      const size = lit ? lit.get(at) ?? 0.8 : 1;
      [state.x[at], state.y[at]] = [mark.points[2 * at] ?? 0, mark.points[2 * at + 1] ?? 0];
      state.r[at] = mark.points[2 * at] === null ? 0 : mark.radius * size;
      state.tone[at] = lit ? (lit.has(at) ? LIT : SOFT) : mark.strong[at] === "1" ? STRONG : MID;
    }
    return state;
  }

  // Each dot sets off in its own time; one that comes or goes grows or shrinks where it stands.
  function dotsBetween(one, other, share, into) {
    for (let at = 0; at < into.x.length; at += 1) {
      const late = DOT_SPREAD * ((at * GOLDEN) % 1);
      const own = eased(limited((share - late) / (1 - DOT_SPREAD)));
      const [from, to] = [one?.r[at] ? one : other, other?.r[at] ? other : one];
      into.x[at] = mix(from.x[at], to.x[at], own);
      into.y[at] = mix(from.y[at], to.y[at], own);
      into.r[at] = mix(one?.r[at] ?? 0, other?.r[at] ?? 0, own);
      into.tone[at] = own < 0.5 ? from.tone[at] : to.tone[at];
    }
    return into;
  }

  function drawDots(canvas, state) {
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (!state) return;
    context.scale(canvas.width / WIDE, canvas.height / HIGH);
    const style = getComputedStyle(canvas);
    context.strokeStyle = style.getPropertyValue("--paper");
    context.lineWidth = 1.5;
    DOT_TONES.forEach((tone, number) => {
      context.fillStyle = style.getPropertyValue(`--${tone}`);
      for (let at = 0; at < state.x.length; at += 1) {
        if (state.tone[at] !== number || state.r[at] < 0.05) continue;
        context.beginPath();
        context.arc(state.x[at], state.y[at], state.r[at], 0, 2 * Math.PI);
        context.fill();
        if (number === LIT) context.stroke();
      }
    });
  }

  // The same dots where nothing moves: lines of no length with round ends.
  function dotPaths(mark) {
    return ["1", "0"].map((kind) => {
      const element = document.createElementNS(SVG, "path");
      let path = "";
      for (let at = 0; at < mark.strong.length; at += 1) {
        if (mark.strong[at] === kind && mark.points[2 * at] !== null) {
          path += `M${mark.points[2 * at]} ${mark.points[2 * at + 1]}h0`;
        }
      }
      element.setAttribute("class", "dots");
      element.setAttribute("d", path);
      element.setAttribute("stroke-width", 2 * mark.radius);
      element.style.stroke = `var(--${DOT_TONES[kind === "1" ? STRONG : MID]})`;
      return element;
    });
  }

  // -- a picture that stands still ----------------------------------------------------------------------------------

  function ground(box = [0, 0, WIDE, HIGH]) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", box.join(" "));
    return svg;
  }

  function drawing(marks, box) {
    const svg = ground(box);
    svg.append(...marks.flatMap((each) => (each.kind === "dots" ? dotPaths(each) : [elementOf(each)])));
    return svg;
  }

  // -- the stage ----------------------------------------------------------------------------------------------------

  // What is under the dots and what is above them: by the order of the marks, where a slide has dots; else the areas
  // that come first are below.
  function firstAbove(marks) {
    const dots = marks.findIndex((each) => each.kind === "dots");
    const other = marks.findIndex((each) => each.kind !== "area");
    return dots >= 0 ? dots : other >= 0 ? other : marks.length;
  }

  function stageIn(box) {
    const canvas = document.createElement("canvas");
    const layers = [ground(), ground()].map((svg) => {
      const [going, staying] = [document.createElementNS(SVG, "g"), document.createElementNS(SVG, "g")];
      svg.append(going, staying);
      return { svg, going, staying };
    });
    box.append(layers[0].svg, canvas, layers[1].svg);
    let [shown, dots, motions, frame] = [new Map(), null, [], 0];
    let [dotMark, lit] = [null, null];

    function finish() {
      cancelAnimationFrame(frame);
      frame = 0;
      for (const each of motions) each.step(1);
      motions = [];
      for (const { going } of layers) going.replaceChildren();
    }

    function run() {
      if (stillness.matches) return finish();
      const start = performance.now();
      const next = (now) => {
        for (const each of motions) each.share = limited((now - start - each.after) / each.ms);
        for (const each of motions.filter(({ share, last }) => share !== last)) each.step((each.last = each.share));
        if (motions.every(({ share }) => share === 1)) finish();
        else frame = requestAnimationFrame(next);
      };
      for (const each of motions) each.step(0);
      frame = requestAnimationFrame(next);
    }

    function moveDots() {
      const [before, after] = [dots, stateOf(dotMark, lit)];
      if (!before && !after) return;
      const into = stateOf(dotMark ?? { points: Array(before.x.length * 2).fill(null), radius: 0, strong: "" });
      const ms = before && after ? MOVE_MS + 200 : MOVE_MS;
      motions.push({ after: 0, ms, step: (share) => {
        dots = share < 1 ? dotsBetween(before, after, share, into) : after;
        drawDots(canvas, dots);
      } });
    }

    function leave({ mark, element, layer }) {
      layer.going.append(element);
      const ms = mark.kind === "text" ? TEXT_LEAVES_MS : LEAVE_MS;
      motions.push({ after: 0, ms, step: (share) => { element.style.opacity = 1 - share; } });
    }

    // The sentence and the land come first, then the picture's other marks one after the other.
    const isFirst = (mark) => mark.role === "title" || mark.role === "line" || mark.key.startsWith("land:");
    function delay(mark, waiting) {
      if (isFirst(mark)) return TEXT_LEAVES_MS;
      const told = mark.key.includes("-told:") ? TOLD_AFTER_MS : 0;
      return ENTER_AFTER_MS + told + Math.min(STAGGER_MS * waiting, MOST_STAGGER_MS);
    }

    // The elements of a slide's marks in their order, each with its way from where it was.
    function arrange(marks) {
      const [before, now, split] = [shown, new Map(), firstAbove(marks)];
      let waiting = 0;
      marks.forEach((mark, at) => {
        if (mark.kind === "dots") return;
        const layer = layers[at < split ? 0 : 1];
        const old = before.get(mark.key);
        let element = old?.element;
        if (old?.mark === mark) before.delete(mark.key);
        else if (old && isAlike(old.mark, mark)) {
          before.delete(mark.key);
          paint(element, mark);
          const step = (share) => shape(element, share < 1 ? between(old.mark, mark, eased(share)) : mark);
          motions.push({ after: 0, ms: MOVE_MS, step });
        } else {
          element = elementOf(mark);
          const step = entering(element, mark);
          motions.push({ after: delay(mark, waiting), ms: ENTER_MS, step: (share) => step(arriving(share)) });
          if (!isFirst(mark)) waiting += 1;
        }
        now.set(mark.key, { mark, element, layer });
      });
      for (const each of before.values()) leave(each);
      for (const { element, layer } of now.values()) layer.staying.append(element);
      shown = now;
    }

    // The slide of these marks; `chosen` lights up some of its dots: how many times its size each has, by its number.
    function show(marks, chosen = null) {
      finish();
      dotMark = marks.find((each) => each.kind === "dots") ?? null;
      lit = chosen;
      moveDots();
      arrange(marks);
      run();
    }

    function resize() {
      canvas.width = Math.round(box.clientWidth * devicePixelRatio);
      canvas.height = Math.round(box.clientHeight * devicePixelRatio);
      drawDots(canvas, dots);
    }
    new ResizeObserver(resize).observe(box);
    return { show, resize, isMoving: () => frame !== 0 };
  }

  return { stageIn, drawing };
})();
