// What is measured inside a page. The functions see the page as it is laid out when they are called.
(() => {
  // Letters have room above and below them, so that boxes of this many pixels in common do not touch.
  const TOLERANCE = 2;

  // The way to an element from the nearest that has an id.
  function path(element) {
    const steps = [];
    let at = element;
    for (; at !== document.body && !at.id; at = at.parentElement) {
      steps.unshift([at.localName, ...at.classList].join("."));
    }
    return [at.id ? "#" + at.id : "body", ...steps].join(" > ");
  }

  const quoted = text => `“${text.textContent.trim().replace(/\s+/g, " ").slice(0, 60)}”`;

  function isShown(element) {
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  }

  // Whether the window has to scroll sideways, and the innermost elements that stick out of it.
  function scroll(found) {
    const root = document.documentElement;
    const excess = root.scrollWidth - root.clientWidth;
    if (excess <= 0) return;
    const isContained = element => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== "visible") return true;
      }
      return false;
    };
    const wide = [...document.body.querySelectorAll("*")].filter(element =>
      !element.parentElement.closest("svg") && isShown(element) &&
      element.getBoundingClientRect().right + scrollX > root.clientWidth + 0.5 && !isContained(element));
    const innermost = wide.filter(one => !wide.some(other => other !== one && one.contains(other)));
    const names = new Set(innermost.map(path));
    if (!names.size) names.add("nothing that is known");
    for (const name of names) {
      found.push({ kind: "scroll", text: `wider than the window: ${name}`, amount: excess });
    }
  }

  function isUpright(text) {
    const matrix = text.getScreenCTM();
    return Math.abs(matrix.b) < 1e-3 && Math.abs(matrix.c) < 1e-3;
  }

  // Texts of a drawing that lie on each other or stick out.
  function labels(drawing, found) {
    const frame = drawing.getBoundingClientRect();
    const texts = [...drawing.querySelectorAll("text")].filter(text => text.textContent.trim() && isShown(text))
      .map(text => ({ text, isUpright: isUpright(text), box: text.getBoundingClientRect() }))
      .sort((a, b) => a.box.top - b.box.top);
    const where = path(drawing);
    texts.forEach(({ text, isUpright, box }, index) => {
      const out = Math.max(frame.left - box.left, frame.top - box.top, box.right - frame.right,
        box.bottom - frame.bottom);
      if (out > 1) found.push({ kind: "outside", text: `${quoted(text)} in ${where}`, amount: out });
      if (!isUpright) return;
      for (const other of texts.slice(index + 1)) {
        if (other.box.top >= box.bottom - TOLERANCE) break;
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - other.box.top;
        if (other.isUpright && Math.min(across, down) > TOLERANCE) {
          found.push({
            kind: "overlap", text: `${quoted(text)} and ${quoted(other.text)} in ${where}`,
            amount: Math.min(across, down),
          });
        }
      }
    });
  }

  // Red, green, blue from 0 to 255 and how opaque the colour is, as computed styles write it.
  function channels(colour) {
    const [red, green, blue, alpha = 1] = (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    return { rgb: [red, green, blue], alpha };
  }

  // WCAG 2.2: relative luminance.
  function luminance(rgb) {
    const [red, green, blue] = rgb.map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function ground(element) {
    for (let at = element; at; at = at.parentElement) {
      const { rgb, alpha } = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return rgb;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
  }

  // The contrast of a drawing's texts with the ground, which axe-core does not look at. What lies on a filled shape
  // is left out, unless a seam keeps it apart.
  function contrast(drawing, found) {
    const behind = ground(drawing);
    const shapes = [...drawing.querySelectorAll("rect,circle,path,polygon,ellipse")]
      .filter(shape => getComputedStyle(shape).fill !== "none").map(shape => shape.getBoundingClientRect());
    for (const text of drawing.querySelectorAll("text")) {
      if (!text.textContent.trim() || !isShown(text)) continue;
      const style = getComputedStyle(text);
      const box = text.getBoundingClientRect();
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      const isOnShape = shapes.some(shape =>
        shape.left < x && x < shape.right && shape.top < y && y < shape.bottom);
      if (isOnShape && style.stroke === "none") continue;
      const { rgb, alpha } = channels(style.fill);
      let opacity = alpha * style.fillOpacity;
      for (let at = text; at !== drawing; at = at.parentElement) opacity *= getComputedStyle(at).opacity;
      const seen = rgb.map((part, index) => opacity * part + (1 - opacity) * behind[index]);
      const [dark, light] = [luminance(seen), luminance(behind)].sort((a, b) => a - b);
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < 4.5) {
        found.push({
          kind: "contrast", amount: 0,
          text: `${ratio.toFixed(1)} of ${quoted(text)} in ${path(drawing)}`,
        });
      }
    }
  }

  function layout(found) {
    scroll(found);
    for (const drawing of document.querySelectorAll("svg")) {
      if (drawing.parentElement.closest("svg") || !isShown(drawing)) continue;
      labels(drawing, found);
      contrast(drawing, found);
    }
  }

  const uncuttable = () =>
    [...document.querySelectorAll("svg, img, tr")].filter(element => !element.parentElement.closest("svg"));

  const style = document.createElement("style");

  globalThis.herdbook = {
    // Folds all tables of the page, or opens them.
    unfold(isOpen) {
      for (const details of document.querySelectorAll("details")) details.open = isOpen;
    },

    // What is wrong with the layout at this width, in every position of the switches.
    layout() {
      const found = [];
      layout(found);
      for (const choice of document.querySelectorAll("input[type=radio]:not(:checked)")) {
        const before = document.querySelector(`input[type=radio][name="${CSS.escape(choice.name)}"]:checked`);
        choice.checked = true;
        layout(found);
        choice.checked = false;
        if (before) before.checked = true;
      }
      return found;
    },

    // Outlines all that must not be cut, each in a colour of its own: its number, from 1. An outline takes no room.
    // Filters and transparency would turn the outlines into something else.
    mark() {
      style.textContent = "*{filter:none!important;opacity:1!important;border-radius:0!important}";
      document.head.append(style);
      return uncuttable().map((element, index) => {
        const number = index + 1;
        const colour = `rgb(${number >> 16} ${number >> 8 & 255} ${number & 255})`;
        element.style.setProperty("outline", `1px solid ${colour}`, "important");
        element.style.setProperty("outline-offset", "-1px", "important");
        const table = element.closest("tr")?.closest("table");
        return {
          name: path(element) + (element.localName === "tr" ? ` ${quoted(element)}` : ""),
          // Rows are cut at the side together.
          whole: path(table ?? element),
          isRow: element.localName === "tr",
          isRepeated: !!element.closest("thead, tfoot"),
        };
      });
    },

    unmark() {
      style.remove();
      for (const element of uncuttable()) {
        element.style.removeProperty("outline");
        element.style.removeProperty("outline-offset");
      }
    },

    // The numbers of those that are laid out and have a size.
    drawn() {
      return uncuttable().flatMap((element, index) => {
        const box = element.getBoundingClientRect();
        return box.width > 2 && box.height > 2 && isShown(element) ? [index + 1] : [];
      });
    },

    // What axe-core finds under some of its rules. The rows of a table are alike: of a long one the first and the last
    // are looked at, or most of the time would go to the contrast of numbers.
    async audit(only) {
      const spared = [...document.querySelectorAll("tbody")].flatMap(body => [...body.rows].slice(3, -3));
      for (const row of spared) row.hidden = true;
      const { violations } = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
      for (const row of spared) row.hidden = false;
      return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, any, all, none }) => {
        const reason = [...any, ...all, ...none][0]?.message ?? help;
        return { kind: "access", text: `${id}: ${target.join(" ")}: ${reason}`, amount: 0 };
      }));
    },
  };
})();
