// What Streamlit's page leaves out: the language it is written in, and the keyboard's way to our own components. These
// stand in shadow trees, which a window of Streamlit's passes over when Tab goes round, and when it gives the focus back.
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
const GIVEN_BACK_MS = 60; // after the window itself has tried

function focused() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

function* stops(element) {
  for (const each of (element.shadowRoot ?? element).children) {
    if (each.matches(STOPS) && each.tabIndex >= 0 && !each.disabled && each.checkVisibility()) yield each;
    yield* stops(each);
  }
}

function isOurs(element) {
  return element?.getRootNode() instanceof ShadowRoot;
}

// The browser itself goes to what stands next, and the window goes on from its first stop to its last as it always does.
function goOn(event) {
  const room = event.key === "Tab" && document.activeElement?.closest("[role=dialog]");
  if (!room) return;
  const all = [...stops(room)];
  const here = focused();
  const next = all[all.indexOf(here) + (event.shiftKey ? -1 : 1)];
  if (next && (isOurs(here) || isOurs(next))) event.stopPropagation();
}

function watch() {
  let left = null; // what was pressed last outside a window
  document.documentElement.addEventListener("keydown", goOn);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[role=dialog]")) left = focused();
  }, { capture: true });
  new MutationObserver((changes) => {
    const isClosed = changes.some(({ removedNodes }) => [...removedNodes].some((each) => each.querySelector?.("[role=dialog]")));
    if (isClosed) setTimeout(() => document.activeElement === document.body && left?.focus(), GIVEN_BACK_MS);
  }).observe(document.body, { childList: true });
  return true;
}

export default function ({ data }) {
  document.documentElement.lang = data.language;
  window.narverkFrame ??= watch();
}
