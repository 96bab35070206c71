// Finds firms by what is asked of them, and how far away they are; the data's shape stands in offline_search.py.
// It knows no page and asks nobody: the same data and question give the same answer, in the same order.
const offlineSearch = (() => {
  "use strict";

  // -- letters ------------------------------------------------------------------------------------------------------

  // As graph.tables.fold: case, spaces and punctuation do not count; `plain` sets rings and dots aside too.
  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ")
    .replace(/[^\p{L}\p{N}]/gu, "");
  const plain = (word) => word.normalize("NFD").replace(/\p{M}/gu, "");
  const tokens = (text) => (text.normalize("NFC").match(/[\p{L}\p{N}]+/gu) ?? []).map(fold).filter(Boolean);

  // Whether two words differ by one letter at most, or by two that changed places.
  function isNear(one, other) {
    if (Math.abs(one.length - other.length) > 1) return false;
    let at = 0;
    while (at < one.length && one[at] === other[at]) at += 1;
    const [left, right] = [one.slice(at), other.slice(at)];
    if (left.length < right.length) return left === right.slice(1);
    if (left.length > right.length) return left.slice(1) === right;
    return left.slice(1) === right.slice(1)
      || (left.slice(2) === right.slice(2) && left[0] === right[1] && left[1] === right[0]);
  }

  // -- kilometres ---------------------------------------------------------------------------------------------------

  // The geodesic on WGS84 from its chord and the ellipsoid's curvature half-way, as graph.geodesic has it: within a
  // millimetre of Karney's algorithm up to 300 km, and within a metre as far as Sweden is long.
  const AXIS_KM = 6378.137, FLATTENING = 1 / 298.257223563;
  const ECCENTRICITY_2 = FLATTENING * (2 - FLATTENING);
  function cartesian([latitude, longitude]) {
    const [north, east] = [latitude * Math.PI / 180, longitude * Math.PI / 180];
    const normal = AXIS_KM / Math.sqrt(1 - ECCENTRICITY_2 * Math.sin(north) ** 2);
    const across = normal * Math.cos(north);
    return [across * Math.cos(east), across * Math.sin(east), normal * (1 - ECCENTRICITY_2) * Math.sin(north)];
  }
  function kilometres(a, b) {
    const [from, to] = [cartesian(a), cartesian(b)];
    const chord2 = from.reduce((sum, each, axis) => sum + (each - to[axis]) ** 2, 0);
    if (chord2 === 0) return 0;
    const middle2 = ((from[2] + to[2]) / 2) ** 2;
    const sine2 = middle2 / ((AXIS_KM * (1 - ECCENTRICITY_2)) ** 2 + ECCENTRICITY_2 * middle2);
    const tilt = (from[2] - to[2]) ** 2 / chord2;
    const tilted = 1 + ECCENTRICITY_2 / (1 - ECCENTRICITY_2) * tilt;
    const curvature = tilted * Math.sqrt(1 - ECCENTRICITY_2 * sine2) / AXIS_KM;
    return 2 * Math.asin(Math.min(curvature * Math.sqrt(chord2) / 2, 1)) / curvature;
  }

  // -- what is read once --------------------------------------------------------------------------------------------

  const readings = new WeakMap();
  function read(data) {
    if (!readings.has(data)) readings.set(data, reading(data));
    return readings.get(data);
  }

  function reading(data) {
    const [words, phrases, called] = [new Map(), new Map(), new Map()];
    const put = (map, key, value) => (map.get(key) ?? map.set(key, []).get(key)).push(value);
    for (const [where, written, says] of data.words) {
      const entry = { where, says };
      for (const each of written.split("|")) {
        const spelled = tokens(each);
        if (spelled.length === 1) put(words, spelled[0], entry);
        else if (spelled.length) put(phrases, spelled[0], { spelled, entry });
      }
    }
    const names = Object.entries(data.processes).flatMap(([code, each]) =>
      each.names.map((name, index) => ({ code, said: tokens(name), isOwn: index < OWN_NAMES })));
    for (const each of names) put(called, each.said.join(""), each);
    const bare = new Map();
    for (const [word, entries] of words) {
      if (!words.has(plain(word))) entries.forEach((each) => put(bare, plain(word), each));
    }
    return {
      words, bare, phrases, names, called,
      endings: new Set(data.endings),
      joins: new Set(data.joins),
      negates: new Set(data.negates),
      passed: new Set(data.passed),
      places: new Map(data.places.map((each) => [each.code, each])),
      placeWords: new Set(data.places.flatMap((each) => tokens(each.name)).filter((each) => each.length > LEAST_STEM)),
      texts: data.firms.map((each) => [each.name, each.words, ...(each.holds ?? [])].filter(Boolean)
        .flatMap((said) => [...tokens(said), fold(said)]).map(plain).join(" ")),
      understood: new Map(),
    };
  }

  // -- words --------------------------------------------------------------------------------------------------------

  const LEAST_COMPOUND = 4, LEAST_MIDDLE = 6, LEAST_TYPO = 5, LEAST_STEM = 3; // letters
  const TYPO_SHARE = 0.7, BARE_SHARE = 0.9, REPEATED = 0.5; // as in graph.lexicon and graph.points
  const PART_OF_NAME = 1.5, NAMED = 2, LEAST_POINTS = 0.5; // points
  const LEAST_SHARE = 0.7; // of the best one's points
  const OWN_NAMES = 2; // the Swedish and the English, which stand before the synonyms

  function stems(word, known) {
    const found = [word];
    for (let end = word.length - 1; end >= 2; end -= 1) {
      if (known.endings.has(word.slice(end))) found.push(word.slice(0, end));
    }
    return found;
  }

  // Whether a listed word may stand here in a longer one: Swedish writes compounds as one word.
  function fits(where, start, end, word, endings) {
    if (where === "exact") return start === 0 && end === word.length;
    const ends = endings.has(word.slice(end));
    if (start === 0 && ends) return true;
    if (where === "word") return false;
    if (where === "start") return start === 0;
    if (where === "end") return ends && start >= 2;
    if (end - start < LEAST_COMPOUND) return false;
    return start === 0 || (ends && start >= 2) || (end - start >= LEAST_MIDDLE && start >= 2);
  }

  // The listed words within a word; the longest win and do not overlap.
  function metIn(word, listed, known) {
    const found = [];
    for (let start = 0; start < word.length; start += 1) {
      for (let end = start + 2; end <= word.length; end += 1) {
        for (const entry of listed.get(word.slice(start, end)) ?? []) {
          if (fits(entry.where, start, end, word, known.endings)) found.push({ start, end, entry });
        }
      }
    }
    const isExact = ({ entry }) => Number(entry.where === "exact");
    found.sort((a, b) => b.end - b.start - (a.end - a.start) || isExact(b) - isExact(a) || a.start - b.start);
    const kept = [];
    for (const each of found) {
      const same = kept.find((other) => other.start === each.start && other.end === each.end);
      const isApart = kept.every((other) => each.end <= other.start || each.start >= other.end);
      if (same ? !isExact(same) : isApart) kept.push(each);
    }
    return kept;
  }

  const lettersOf = (met) => met.reduce((sum, each) => sum + each.end - each.start, 0);

  function phraseAt(words, at, known) {
    let best = { size: 0, entries: [] };
    for (const stem of stems(words[at], known)) {
      for (const { spelled, entry } of known.phrases.get(stem) ?? []) {
        const size = spelled.length, met = words.slice(at, at + size);
        if (size < best.size || met.length < size) continue;
        const follows = spelled.slice(1).every((expected, index) => {
          const [word, isLast] = [met[index + 1], index === size - 2];
          if (!word.startsWith(expected)) return false;
          return known.endings.has(word.slice(expected.length)) || (isLast && expected.length >= LEAST_COMPOUND);
        });
        if (!follows || (entry.where === "exact" && met[size - 1] !== spelled[size - 1])) continue;
        best = { size, entries: size === best.size ? [...best.entries, entry] : [entry] };
      }
    }
    return best;
  }

  // Whether a word of the question stands in a name: as a word of it, where a compound is parted, or as its beginning,
  // which is asked of the word as it is written, and of its stem only where that is `loose`.
  function standsIn(word, said, known, isLoose = false) {
    return stems(word, known).some((stem) => said.some((each) => {
      if (each === stem) return true;
      const start = stem.length >= LEAST_STEM ? each.indexOf(stem) : -1;
      if (start < 0) return false;
      const begins = start === 0 && (isLoose || stem === word) && each.length - stem.length >= LEAST_STEM;
      return begins || fits("", start, start + stem.length, each, known.endings);
    }));
  }

  const says = (entries, share) => entries.flatMap((entry) =>
    entry.says.map(([code, points]) => ({ code, points: points * share })));

  function partsOfNames(word, known) {
    const codes = new Set(known.names.filter(({ said }) => standsIn(word, said, known)).map(({ code }) => code));
    return [...codes].map((code) => ({ code, points: PART_OF_NAME }));
  }

  function misspelled(word, known) {
    if (word.length < LEAST_TYPO || /\p{N}/u.test(word) || isWritten(word, known)) return [];
    for (const stem of stems(word, known)) {
      if (stem.length < LEAST_TYPO - 1) break;
      for (const [listed, entries] of known.words) {
        if (listed.length >= LEAST_TYPO - 1 && isNear(stem, listed)) return says(entries, TYPO_SHARE);
      }
    }
    return [];
  }

  const isWritten = (word, known) => known.texts.some((text) => text.includes(plain(word)));

  function wordSays(word, known) {
    if (known.placeWords.has(word) && !known.words.has(word)) return [];
    const [listed, bare] = [metIn(word, known.words, known), metIn(plain(word), known.bare, known)];
    const isBare = plain(word) === word && lettersOf(bare) > lettersOf(listed);
    const ways = [
      () => says((isBare ? bare : listed).map((each) => each.entry), isBare ? BARE_SHARE : 1),
      () => partsOfNames(word, known),
      () => misspelled(word, known),
    ];
    for (const way of ways) {
      const found = way();
      if (found.length) return found;
    }
    return [];
  }

  // What the words of one part of a question speak for; `rest` are the words that are found by their letters alone, and
  // `missing` those of them that stand nowhere, which are passed over where something else was understood.
  function readPart(words, known) {
    const [said, silent, content] = [[], [], []];
    for (let at = 0; at < words.length;) {
      const phrase = isPassed(words, at, known) ? { size: 0 } : phraseAt(words, at, known);
      const size = phrase.size || 1;
      if (!isPassed(words, at, known)) {
        const found = phrase.size ? says(phrase.entries, 1) : wordSays(words[at], known);
        said.push(...found);
        content.push(...words.slice(at, at + size));
        if (!found.length) silent.push(words[at]);
      }
      at += size;
    }
    const totals = totalled(said, named(content, known));
    lift(totals, known.called.get(words.join("")) ?? []);
    if (content.length === 1) addKinds(totals, content[0], known);
    const processes = ranked(totals);
    const materials = unmixed(said.filter(({ code }) => code[0] === "=").map(({ code }) => code.slice(1)));
    const missing = silent.filter((each) => !isWritten(each, known));
    const isUnderstood = processes.length + materials.length > 0;
    const rest = silent.filter((each) => !isUnderstood || !missing.includes(each));
    return { words: content, rest, missing, processes, materials };
  }

  // Who says "stainless steel" means no other steel, as graph.understanding has it.
  const SPECIAL = ["stainless", "hss", "hardened_steel", "cast_iron"];
  function unmixed(found) {
    const isSpecial = SPECIAL.some((each) => found.includes(each));
    return [...new Set(found)].filter((each) => !isSpecial || each !== "steel");
  }

  // Words that only bind others together, and those that are denied.
  function isPassed(words, at, known) {
    const isDenied = words.slice(Math.max(0, at - 2), at + 1).some((each) => known.negates.has(each));
    return isDenied || known.passed.has(words[at]);
  }

  function totalled(said, bonuses) {
    const points = new Map();
    for (const each of said.filter(({ code }) => code[0] !== "=")) {
      points.set(each.code, [...(points.get(each.code) ?? []), each.points]);
    }
    const totals = new Map([...points].map(([code, each]) => [code, counted(each)]));
    for (const [code, bonus] of bonuses) totals.set(code, (totals.get(code) ?? 0) + bonus);
    return totals;
  }

  function counted(points) {
    const best = Math.max(...points);
    return best + REPEATED * (points.reduce((sum, each) => sum + each, 0) - best);
  }

  // What is called by several of the words together is what they mean: "rör" and "laser" are Rörlaserskärning.
  function named(content, known) {
    const found = new Map();
    const unique = [...new Set(content)];
    for (const { code, said } of unique.length > 1 ? known.names : []) {
      const met = unique.filter((each) => standsIn(each, said, known, true)).length;
      if (met >= 2 && met ** 2 > (found.get(code) ?? 0)) found.set(code, met ** 2);
    }
    return found;
  }

  // What is called so, and not only something like it, goes before all that was counted; its own name before a synonym.
  function lift(totals, called) {
    const most = Math.max(0, ...totals.values()) / LEAST_SHARE + NAMED;
    for (const { code, isOwn } of called) totals.set(code, Math.max(totals.get(code) ?? 0, isOwn ? most + 1 : most));
  }

  // Who says only "welding" means its kinds too, as their own names tell: TIG welding, robot welding.
  function addKinds(totals, word, known) {
    const least = LEAST_SHARE * Math.max(0, ...totals.values());
    for (const { code, said, isOwn } of least ? known.names : []) {
      const last = isOwn ? said.at(-1) ?? "" : "";
      const isKind = stems(word, known).some((stem) => stem.length > LEAST_STEM && last.lastIndexOf(stem) >= 0
        && known.endings.has(last.slice(last.lastIndexOf(stem) + stem.length)));
      if (isKind) totals.set(code, Math.max(totals.get(code) ?? 0, least));
    }
  }

  function ranked(totals) {
    const order = [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const least = Math.max(LEAST_POINTS, LEAST_SHARE * (order[0]?.[1] ?? 0));
    return order.filter(([, points]) => points >= least).map(([code, points]) => ({ code, points }));
  }

  // -- the question -------------------------------------------------------------------------------------------------

  // Its parts, each with words, processes ({code, points}, best first) and materials. Parts that are joined ("svarva
  // och fräsa") are both asked for where each names a process; within a part any of its processes will do.
  function understood(data, text) {
    const known = read(data);
    if (!known.understood.has(text)) {
      if (known.understood.size > 50) known.understood.clear();
      known.understood.set(text, parts(text, known));
    }
    return known.understood.get(text);
  }

  function parts(text, known) {
    if (known.called.has(fold(text))) return [readPart(tokens(text), known)];
    const split = [[]];
    for (const piece of text.split(/[,;+&?!]|\s\/\s/)) {
      if (split.at(-1).length) split.push([]);
      for (const word of tokens(piece)) {
        if (known.joins.has(word)) split.push([]);
        else split.at(-1).push(word);
      }
    }
    const found = split.map((words) => readPart(words, known)).filter((each) => each.words.length);
    const isNamed = (each) => (each.processes[0]?.points ?? 0) >= NAMED;
    if (found.length > 1 && !found.every(isNamed)) return [readPart(split.flat(), known)];
    return found;
  }

  // -- the answer ---------------------------------------------------------------------------------------------------

  const WRITTEN = 0.6, MATERIAL_UNKNOWN = 0.9, GENERAL = 0.8; // of a fit

  function counts(data, offered) {
    return [offered, ...(data.processes[offered]?.above ?? [])];
  }

  // How well a firm fits one part of the question (0: not), and by which of its processes.
  function fitOfPart(data, firm, text, part, without) {
    const wanted = part.processes.filter(({ code }) => !without.has(code));
    const materials = part.materials.filter((each) => !without.has(`=${each}`));
    const has = (words) => words.every((each) => text.includes(plain(each)));
    let [fit, why] = [0, []];
    for (const [offered, made] of firm.makes ?? []) {
      const by = fitOfOffer(data, counts(data, offered), made, wanted, materials);
      if (by) why.push(offered);
      fit = Math.max(fit, by);
    }
    if (fit && has(part.rest)) return { fit, why };
    return { fit: part.words.length && has(part.words) ? WRITTEN : 0, why: [] };
  }

  // Who offers the same or something more special does it; who offers something more general may.
  function shareOf(data, [offered, ...above], { code }) {
    if (offered === code || above.includes(code)) return 1;
    return data.processes[code].above.includes(offered) ? GENERAL : 0;
  }

  function fitOfOffer(data, codes, made, wanted, materials) {
    if (!wanted.length && !materials.length) return 0;
    const points = wanted.map((each) => shareOf(data, codes, each) * each.points);
    const share = wanted.length ? Math.max(...points) / wanted[0].points : 1;
    if (!materials.length || materials.some((each) => made.includes(each))) return share;
    return made.length || !wanted.length ? 0 : share * MATERIAL_UNKNOWN;
  }

  function fitOfText(data, index, asked, without) {
    const [fits, why] = [[], new Set()];
    for (const part of asked) {
      const { fit, why: by } = fitOfPart(data, data.firms[index], read(data).texts[index], part, without);
      if (!fit) return null;
      fits.push(fit);
      by.forEach((each) => why.add(each));
    }
    return { fit: fits.reduce((sum, each) => sum + each, 0), why: [...why] };
  }

  // Whether one and the same offer is of the process and the material that were chosen; by which offers.
  function chosen(data, firm, { process, material, certificate, place }) {
    if (certificate && !(firm.holds ?? []).includes(certificate)) return null;
    if (place && firm.place !== place) return null;
    if (!process && !material) return [];
    const made = (firm.makes ?? []).filter(([offered, of]) =>
      (!process || counts(data, offered).includes(process)) && (!material || of.includes(material)));
    return made.length ? made.map(([offered]) => offered) : null;
  }

  function nearest(firm, origin) {
    let found = { km: null, unsureKm: 0 };
    for (const [latitude, longitude, unsureKm] of firm.sites ?? []) {
      const km = kilometres([latitude, longitude], [origin.latitude, origin.longitude]);
      if (found.km === null || km < found.km) found = { km, unsureKm };
    }
    return found;
  }

  function search(data, question) {
    const known = read(data);
    const origin = known.places.get(question.near);
    const without = new Set(question.without ?? []);
    const asked = understood(data, question.text ?? "");
    const found = [];
    data.firms.forEach((firm, index) => {
      const byChoice = chosen(data, firm, question);
      const byText = byChoice && fitOfText(data, index, asked, without);
      if (!byText || !(firm.makes || question.also || asked.length)) return;
      const { km, unsureKm } = origin ? nearest(firm, origin) : { km: null, unsureKm: 0 };
      if (origin && question.withinKm && km !== null && km > question.withinKm) return;
      found.push({ firm: index, km, unsureKm, fit: byText.fit, why: [...new Set([...byChoice, ...byText.why])] });
    });
    const far = (each) => each.km ?? Infinity;
    const byKm = (a, b) => (origin && far(a) !== far(b) ? far(a) - far(b) : 0);
    const byFit = (a, b) => b.fit - a.fit;
    const order = question.order === "km" ? [byKm, byFit] : [byFit, byKm];
    return found.sort((a, b) => order[0](a, b) || order[1](a, b) || a.firm - b.firm);
  }

  return { search, understood, kilometres, fold };
})();
