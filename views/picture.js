// The picture of a network: vis-network draws nodes and arrows where they are told to stand; grounds, names and what a
// node says are drawn here. Every word from data is canvas text or textContent; nothing is ever read as HTML.
const LIBRARY = "app/static/vis-network.min.js";
const STEP = 1.4; // of a zoom button
const TAP_PX = 16; // how far from a small node a finger may land
const MARGIN_PX = 30;
const SIDE_SHARE = 0.1; // of the width, since names stand beside
const MOST_SCALE = 4; // how much larger than life a small picture is drawn when it is fitted
const LETTERS = 30;
const NAMED_PX = 24; // many marks nearer to each other than this are named when pointed at only
const FEW = 40;
const LEAST_PX = 2.5;
const SEAT_SHARE = 0.4; // of the way to the next firm, so that marks do not cover each other

function library() {
  window.narverkVis ??= new Promise((found, failed) => {
    const script = document.createElement("script");
    script.src = new URL(LIBRARY, document.baseURI).href;
    script.onload = () => found(window.vis);
    script.onerror = () => {
      window.narverkVis = undefined;
      failed(new Error(script.src));
    };
    document.head.append(script);
  });
  return window.narverkVis;
}

function make(tag, style, text) {
  const made = document.createElement(tag);
  made.className = style;
  if (text) made.textContent = text;
  return made;
}

function shortened(text, letters) {
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}

function overlaps(one, other) {
  return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
}

class Picture {
  constructor(root, vis) {
    this.stage = root.querySelector(".stage");
    this.told = root.querySelector(".told");
    this.names = root.querySelector(".names");
    this.nodes = new vis.DataSet();
    this.edges = new vis.DataSet();
    this.network = new vis.Network(this.stage, { nodes: this.nodes, edges: this.edges }, {
      physics: false,
      layout: { improvedLayout: false },
      interaction: { dragNodes: false, hover: true, tooltipDelay: 1e9, selectConnectedEdges: true, zoomSpeed: 0.6 },
      nodes: { chosen: false, borderWidth: 1.5 },
      edges: { arrowStrikethrough: false, smooth: { type: "curvedCW", roundness: 0.12 } },
    });
    this.network.on("beforeDrawing", (ctx) => this.drawGrounds(ctx));
    this.network.on("afterDrawing", (ctx) => this.drawNames(ctx));
    this.network.on("click", (event) => this.choose(this.nodeAt(event)));
    this.network.on("hoverNode", (event) => this.tell(event.node));
    this.network.on("blurNode", () => this.tell(null));
    this.network.on("zoom", () => this.touched());
    this.network.on("dragStart", () => this.touched());
    // vis sets its own view once more after it has told of a new size
    this.network.on("resize", () => requestAnimationFrame(() => (this.isFitted ? this.fit() : this.resize())));
    // The page scrolls on until the picture is used: a wheel that only passes by must not be caught.
    this.stage.addEventListener("pointerdown", () => (this.isUsed = true));
    this.stage.addEventListener("pointerleave", () => (this.isUsed = false));
    this.stage.addEventListener("wheel", (event) => {
      if (!this.isUsed && !event.ctrlKey && !event.metaKey) event.stopPropagation();
    }, { capture: true });
    this.stage.firstChild.tabIndex = -1; // the keyboard stops at the list of names
    root.querySelector(".in").onclick = () => this.zoom(STEP);
    root.querySelector(".out").onclick = () => this.zoom(1 / STEP);
    root.querySelector(".fit").onclick = () => this.fit(this.data.nodes);
  }

  show(data, onChoice) {
    const isOther = this.data?.name !== data.name;
    this.data = data;
    this.onChoice = onChoice;
    this.byId = new Map(data.nodes.map((each) => [each.id, each]));
    this.sized = 0; // so that sizes are set anew
    const numbered = data.edges.map((each, index) => ({ ...each, id: index }));
    this.edges.clear();
    this.nodes.clear();
    this.wires = numbered;
    // What is added last lies on top: those who are named, and above all the first.
    this.nodes.add([...data.nodes].reverse().map((each) => ({ id: each.id, x: each.x, y: each.y, shape: each.shape,
      size: each.size ?? each.px, color: { ...each.color, hover: each.color, highlight: each.color } })));
    this.listNames();
    this.tell(null);
    if (isOther || this.isFitted) this.fit();
    else this.resize();
  }

  // -- sizes: a node is as many pixels on the screen however near one looks ------------------------------------------

  resize() {
    const scale = this.network.getScale();
    if (Math.abs(Math.log(scale / this.sized)) < 0.1) return;
    this.sized = scale;
    const ink = this.data.palette.ink;
    this.nodes.update(this.data.nodes.map((each) => ({ id: each.id, size: each.size ?? this.reach(each) / scale })));
    this.edges.update(this.wires.map((each) => ({ id: each.id, from: each.from, to: each.to, width: each.px / scale,
      color: { color: each.color, hover: ink, highlight: ink, inherit: false },
      hoverWidth: 0.6 / scale, selectionWidth: 0.6 / scale, dashes: Boolean(each.dashes),
      arrows: { to: { enabled: !each.dashes, scaleFactor: (each.px < 1 ? 0.25 : 0.36) / scale } } })));
  }

  // Half a node's width in pixels: less than it asks for where marks stand close and would cover each other.
  reach(node) {
    const scale = this.network.getScale();
    if (node.size) return node.size * scale;
    return node.apart ? Math.min(node.px, Math.max(LEAST_PX, SEAT_SHARE * node.apart * scale)) : node.px;
  }

  touched() {
    this.isFitted = false;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.resize(), 60);
  }

  zoom(factor) {
    this.network.moveTo({ scale: this.network.getScale() * factor });
    this.touched();
  }

  // At first a firm and its partners are seen as near as may be; those beyond them when one asks for it.
  fit(nodes = this.data.nodes.filter((each) => each.label.trim() || this.data.nodes[0].apart)) {
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || !height || !nodes.length) return;
    const reach = (axis, sign) => Math.max(...nodes.map((each) => sign * each[axis] + (each.size ?? 0)));
    const [left, right, top, bottom] = [-reach("x", -1), reach("x", 1), -reach("y", -1), reach("y", 1)];
    const scale = Math.min(MOST_SCALE, width * (1 - 2 * SIDE_SHARE) / Math.max(1, right - left),
      (height - 2 * MARGIN_PX) / Math.max(1, bottom - top));
    this.network.moveTo({ scale, position: { x: (left + right) / 2, y: (top + bottom) / 2 } });
    this.isFitted = true;
    this.resize();
  }

  // -- what stands behind and above ----------------------------------------------------------------------------------

  drawGrounds(ctx) {
    if (!this.data) return;
    ctx.lineWidth = 1 / this.network.getScale();
    ctx.fillStyle = this.data.palette.ground;
    ctx.strokeStyle = this.data.palette.edge_of_ground;
    for (const each of this.data.grounds) {
      ctx.beginPath();
      ctx.ellipse(each.x, each.y, each.rx, each.ry, 0, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  }

  drawNames(ctx) {
    if (!this.data) return;
    const { palette, grounds, captions, nodes } = this.data;
    const ratio = ctx.canvas.width / ctx.canvas.clientWidth;
    const family = getComputedStyle(this.stage).fontFamily;
    const taken = [];
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.textBaseline = "middle";
    ctx.textAlign = "center";
    ctx.lineJoin = "round";
    ctx.font = `600 12px ${family}`;
    for (const each of grounds) {
      const at = this.network.canvasToDOM({ x: each.x, y: each.y - each.ry });
      const foot = this.network.canvasToDOM({ x: each.x, y: each.y + each.ry }).y;
      if (foot > 30) this.put(ctx, each.label, { x: at.x, y: Math.max(at.y, 10) }, [[0, 1]], taken, palette.place);
    }
    for (const each of captions) {
      const at = this.network.canvasToDOM(each);
      this.put(ctx, each.text, at, [[ctx.measureText(each.text).width / 2, -18]], taken, palette.ink);
    }
    for (const each of nodes) {
      if (!each.size && !each.apart) continue;
      const at = this.network.canvasToDOM(each);
      const half = 0.95 * this.reach(each);
      taken.push({ x: at.x - half, y: at.y - half, w: 2 * half, h: 2 * half });
    }
    const isCrowded = nodes.length > FEW && nodes[0].apart * this.network.getScale() < NAMED_PX;
    nodes.forEach((each, index) => {
      if (!each.label.trim() || (isCrowded && each.apart)) return;
      const isFirst = index === 0 && each.px && !each.apart;
      const font = `${isFirst || each.size ? 650 : 450} ${isFirst ? 14 : 12.5}px ${family}`;
      ctx.font = font;
      const at = this.network.canvasToDOM({ x: each.x, y: each.y });
      const reach = this.reach(each);
      if (each.size && this.fits(ctx, each, at, reach)) return;
      ctx.font = font;
      const text = shortened(each.label, isFirst ? 2 * LETTERS : LETTERS);
      const beside = reach + 5 + ctx.measureText(text).width / 2;
      const below = reach + 10;
      const places = [[beside, 0], [-beside, 0], [0, below], [0, -below]];
      if (each.size) places.unshift([0, below]);
      const isPut = this.put(ctx, text, at, places, taken, palette.ink);
      if (!isPut && reach > NAMED_PX / 2 && each.size) this.put(ctx, text, at, [[0, 0]], [], palette.ink);
    });
    ctx.restore();
  }

  // A place's name inside its circle, its number on a line of its own.
  fits(ctx, node, at, reach) {
    const cut = node.label.lastIndexOf(" ");
    const lines = [node.label.slice(0, cut), node.label.slice(cut + 1)];
    ctx.font = ctx.font.replace("12.5px", "11.5px");
    if (node.shape !== "dot" || ctx.measureText(lines[0]).width > 1.85 * reach || reach < 16) return false;
    ctx.fillStyle = this.data.palette.paper;
    lines.forEach((line, index) => ctx.fillText(line, at.x, at.y + (index ? 8 : -7)));
    return true;
  }

  // The text at the first of the places around a point where it hides no other; nowhere if there is none.
  put(ctx, text, at, places, taken, colour) {
    const w = ctx.measureText(text).width + 4;
    for (const [dx, dy] of places) {
      const box = { x: at.x + dx - w / 2, y: at.y + dy - 7, w, h: 14 };
      if (box.x < 0 || box.x + w > this.stage.clientWidth || taken.some((other) => overlaps(box, other))) continue;
      taken.push(box);
      ctx.strokeStyle = this.data.palette.paper;
      ctx.lineWidth = 3;
      ctx.strokeText(text, at.x + dx, at.y + dy);
      ctx.fillStyle = colour;
      ctx.fillText(text, at.x + dx, at.y + dy);
      return true;
    }
    return false;
  }

  // -- pointing and choosing -----------------------------------------------------------------------------------------

  nodeAt(event) {
    if (event.nodes.length) return event.nodes[0];
    const { x, y } = event.pointer.DOM;
    const far = (each) => {
      const at = this.network.canvasToDOM(each);
      return Math.hypot(at.x - x, at.y - y);
    };
    const nearest = this.data.nodes.reduce((one, other) => (far(other) < far(one) ? other : one), this.data.nodes[0]);
    return nearest && far(nearest) <= TAP_PX ? nearest.id : null;
  }

  choose(id) {
    this.network.unselectAll();
    if (id !== null && id !== undefined) this.onChoice(id);
  }

  tell(id) {
    const node = this.byId?.get(id);
    this.stage.style.cursor = node ? "pointer" : "";
    this.told.hidden = !node;
    if (!node) return;
    this.told.replaceChildren(...node.told.map((line, index) => make("span", index ? "line" : "name", line)));
    const at = this.network.canvasToDOM(node);
    const below = at.y < this.stage.clientHeight / 2;
    this.told.style.left = `${Math.max(4, Math.min(at.x + 12, this.stage.clientWidth - this.told.offsetWidth - 4))}px`;
    this.told.style.top = `${below ? at.y + 14 : at.y - this.told.offsetHeight - 14}px`;
  }

  // One stop for the keyboard: arrows go from name to name, Enter opens.
  listNames() {
    const held = this.names.getRootNode().activeElement;
    const isHeld = this.names.contains(held);
    this.names.replaceChildren(...this.data.nodes.map((each, index) => {
      const button = make("button", "", each.told.join(", "));
      button.type = "button";
      button.tabIndex = index ? -1 : 0;
      button.dataset.node = each.id;
      button.onclick = () => this.choose(each.id);
      button.onfocus = () => {
        this.network.selectNodes([each.id]);
        this.tell(each.id);
      };
      button.onblur = () => {
        this.network.unselectAll();
        this.tell(null);
      };
      return button;
    }));
    const all = [...this.names.children];
    if (isHeld) (all.find((each) => each.dataset.node === held.dataset.node) ?? all[0])?.focus({ preventScroll: true });
    this.names.onkeydown = (event) => {
      const buttons = [...this.names.children];
      const here = buttons.indexOf(event.target);
      const next = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1,
        Home: 0, End: buttons.length - 1 }[event.key];
      if (next === undefined || !buttons[next]) return;
      event.preventDefault();
      event.target.tabIndex = -1;
      buttons[next].tabIndex = 0;
      buttons[next].focus({ preventScroll: true });
    };
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".picture");
  root.wanted = data;
  for (const name of ["in", "out", "fit"]) {
    const button = root.querySelector(`.${name}`);
    button.title = data.words[name];
    button.setAttribute("aria-label", data.words[name]);
  }
  root.querySelector(".names").setAttribute("aria-label", data.words.names);
  library().then(
    (vis) => {
      if (!root.isConnected) return;
      root.drawn ??= new Picture(root, vis);
      const canvas = root.querySelector("canvas");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", root.wanted.alt);
      const told = JSON.stringify(root.wanted);
      if (root.shown === told) return;
      root.shown = told;
      root.drawn.show(root.wanted, (id) => setTriggerValue("node", id));
    },
    () => {
      root.querySelector(".stage").textContent = data.words.failed;
    },
  );
  return () => {
    root.drawn?.network.destroy();
    root.drawn = root.shown = undefined;
  };
}
