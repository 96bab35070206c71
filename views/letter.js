// Copy, mail and print of a letter that is being edited. What was typed a moment ago may not have reached the program:
// then the field is left, which sends it, and what was asked for is done when the letter comes back as it stands.
const WAIT_MS = 4000;

function fieldOf(key, tag) {
  return document.querySelector(`.st-key-${key} ${tag}`);
}

function isAsTyped(data) {
  const subject = fieldOf(data.keys.subject, "input");
  const body = fieldOf(data.keys.body, "textarea");
  return (!subject || subject.value === data.subject) && (!body || body.value === data.body);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea"); // pages that are not served by https have no clipboard
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

function follow(link, name) {
  const anchor = document.createElement("a");
  anchor.href = link;
  if (name) anchor.download = name;
  anchor.click();
}

const acts = {
  copy: async (data, say) => say((await copied(data.body)) ? data.words.copied : data.words.not_copied),
  mail: (data, say) => {
    follow(data.mail);
    say(data.words.mailed);
  },
  print: (data, say) => {
    const link = URL.createObjectURL(new Blob([data.page], { type: "text/html" }));
    follow(link, data.words.file);
    setTimeout(() => URL.revokeObjectURL(link), WAIT_MS);
    say(data.words.printed);
  },
};

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".acts");
  const told = root.querySelector(".told");
  const say = (words) => {
    told.textContent = words;
  };
  for (const button of root.querySelectorAll("button")) {
    const name = button.className;
    button.textContent = data.words[name];
    button.onclick = () => {
      say("");
      if (isAsTyped(data)) {
        acts[name](data, say);
      } else {
        root.waiting = { name, until: Date.now() + WAIT_MS };
        fieldOf(data.keys.body, "textarea")?.blur();
        fieldOf(data.keys.subject, "input")?.blur();
      }
    };
  }
  const waiting = root.waiting;
  if (waiting && isAsTyped(data)) {
    root.waiting = null;
    if (Date.now() < waiting.until) acts[waiting.name](data, say);
  }
}
