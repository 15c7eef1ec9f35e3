// Boxes, stacks and grids: attributes become the host's own style rules, container queries included.

const SPACE = {
  none: "0", "small-500": "2px", "small-400": "4px", "small-300": "4px", "small-200": "8px", "small-100": "12px", small: "12px",
  base: "16px", large: "20px", "large-100": "20px", "large-200": "24px", "large-300": "32px", "large-400": "40px",
  "large-500": "48px",
};
const RADIUS = { ...SPACE, "small-200": "2px", small: "4px", "small-100": "4px", base: "8px", large: "12px", "large-100": "12px",
  "large-200": "16px", max: "999px" };
const WIDTH = { none: "0", "small-100": "1px", small: "1px", base: "1px", large: "2px", "large-100": "3px" };
const FILL = { transparent: "transparent", subdued: "var(--p-subdued)", base: "var(--p-card)", strong: "var(--p-strong)" };
const LINE = { subdued: "#ededed", base: "var(--p-line)", strong: "var(--p-edge)" };

const each = (table) => (value) => value.trim().split(/\s+/).map((word) => table[word] ?? word).join(" ");
const pick = (table) => (value) => table[value] ?? value;
const asIs = (value) => value;
const spaced = each(SPACE);

const BOX = {
  background: ["background", pick(FILL)],
  border: ["border", borderRule],
  borderwidth: ["border-width", each(WIDTH)],
  borderstyle: ["border-style", asIs],
  bordercolor: ["border-color", pick(LINE)],
  borderradius: ["border-radius", each(RADIUS)],
  padding: ["padding", spaced],
  paddingblock: ["padding-block", spaced],
  paddingblockstart: ["padding-block-start", spaced],
  paddingblockend: ["padding-block-end", spaced],
  paddinginline: ["padding-inline", spaced],
  paddinginlinestart: ["padding-inline-start", spaced],
  paddinginlineend: ["padding-inline-end", spaced],
  blocksize: ["block-size", asIs],
  minblocksize: ["min-block-size", asIs],
  maxblocksize: ["max-block-size", asIs],
  inlinesize: ["inline-size", asIs],
  mininlinesize: ["min-inline-size", asIs],
  maxinlinesize: ["max-inline-size", asIs],
  overflow: ["overflow", asIs],
};
const FLOW = {
  gap: ["gap", spaced],
  rowgap: ["row-gap", spaced],
  columngap: ["column-gap", spaced],
  alignitems: ["align-items", asIs],
  aligncontent: ["align-content", asIs],
  justifycontent: ["justify-content", asIs],
};
const GRID = {
  ...FLOW,
  justifyitems: ["justify-items", asIs],
  placeitems: ["place-items", asIs],
  placecontent: ["place-content", asIs],
  gridtemplatecolumns: ["grid-template-columns", asIs],
  gridtemplaterows: ["grid-template-rows", asIs],
};

function borderRule(value) {
  const [width, color = "base", style = "solid"] = value.trim().split(/\s+/);
  return width === "none" ? "none" : `${WIDTH[width] ?? width} ${style} ${LINE[color] ?? color}`;
}

function splitAtCommas(text) {
  const parts = [""];
  let depth = 0;
  for (const sign of text) {
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
    if (sign === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

const CONDITION = /^@container\s+((?:[\w-]+\s+)?\([^)]*\)(?:\s+(?:and|or)\s+\([^)]*\))*)\s+(.+)$/;

// "@container (inline-size > 500px) 1fr 1fr, 1fr" is the first value where the condition holds, else the second.
function responsive(value, property, convert) {
  if (!value.includes("@container")) return `:host{${property}:${convert(value)}}`;
  const rules = splitAtCommas(value).map((part) => {
    const match = CONDITION.exec(part);
    return match
      ? `@container ${match[1]}{:host{${property}:${convert(match[2])}}}`
      : `:host{${property}:${convert(part)}}`;
  });
  return rules.reverse().join("");
}

function naturalDisplay(element) {
  return { "S-STACK": "flex", "S-GRID": "grid" }[element.tagName] ?? "block";
}

class Box extends PolarisElement {
  static rules = BOX;
  static attributes = [...Object.keys(BOX), "display", "accessibilityrole", "accessibilitylabel"];
  static css = `:host { display: block; min-inline-size: 0; }`;

  render() {
    const rules = this.constructor.rules;
    const own = [...this.attributes]
      .filter(({ name, value }) => rules[name] && value)
      .map(({ name, value }) => responsive(value, ...rules[name]));
    const shown = this.read("display");
    if (shown && shown !== "auto") own.push(responsive(shown, "display", (word) => (word === "auto" ? naturalDisplay(this) : word)));
    this.setOwnRules(own.join(""));
    if (this.hasAttribute("accessibilitylabel")) this.setAttribute("aria-label", this.read("accessibilitylabel"));
    const role = this.read("accessibilityrole");
    if (role && role !== "generic") this.offerRole({ header: "banner", footer: "contentinfo", aside: "complementary",
      "ordered-list": "list", "unordered-list": "list", "list-item": "listitem" }[role] ?? role);
  }
}

class Stack extends Box {
  static rules = { ...BOX, ...FLOW };
  static attributes = [...Box.attributes, ...Object.keys(FLOW), "direction"];
  static css = `
    :host { display: flex; flex-direction: column; min-inline-size: 0; }
    :host([direction=inline]) { flex-direction: row; flex-wrap: wrap; }
  `;
}

class Grid extends Box {
  static rules = { ...BOX, ...GRID };
  static attributes = [...Box.attributes, ...Object.keys(GRID)];
  static css = `:host { display: grid; min-inline-size: 0; }`;
}

class GridItem extends Box {
  static rules = { ...BOX, gridcolumn: ["grid-column", asIs], gridrow: ["grid-row", asIs] };
  static attributes = [...Box.attributes, "gridcolumn", "gridrow"];
}

class ScrollBox extends Box {
  static css = `:host { display: block; overflow: auto; }`;
}

class QueryContainer extends PolarisElement {
  static attributes = ["containername"];

  render() {
    const name = this.read("containername");
    this.style.containerName = name ? `s-default ${name}` : "";
  }
}

define("s-box", Box);
define("s-stack", Stack);
define("s-grid", Grid);
define("s-grid-item", GridItem);
define("s-scroll-box", ScrollBox);
define("s-query-container", QueryContainer);
