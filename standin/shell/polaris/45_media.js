// Pictures and progress: image, thumbnail, avatar, spinner, progress bar.

class Picture extends PolarisElement {
  static attributes = ["src", "alt", "srcset", "sizes", "loading", "aspectratio", "objectfit", "inlinesize", "borderradius", "border"];
  static css = `
    :host { display: block; }
    :host([inlinesize=auto]) { display: inline-block; }
    img { display: block; inline-size: 100%; max-inline-size: 100%; }
    :host([inlinesize=auto]) img { inline-size: auto; }
  `;
  static markup = `<img>`;

  constructor() {
    super();
    for (const name of ["load", "error"]) this.find("img").addEventListener(name, () => this.fire(name));
  }

  render() {
    const image = this.find("img");
    for (const name of ["alt", "srcset", "sizes", "loading", "src"]) {
      if (this.hasAttribute(name)) image.setAttribute(name, this.read(name));
      else image.removeAttribute(name);
    }
    if (!this.hasAttribute("alt")) image.alt = "";
    image.style.aspectRatio = this.read("aspectratio");
    image.style.objectFit = this.read("objectfit");
    image.style.borderRadius = this.hasAttribute("borderradius") ? each(RADIUS)(this.read("borderradius")) : "";
    image.style.border = this.hasAttribute("border") ? borderRule(this.read("border")) : "";
  }
}

const FACES = { "small-200": "24px", "small-100": "28px", small: "28px", base: "40px", large: "60px", "large-100": "80px", "large-200": "96px" };

class Thumbnail extends PolarisElement {
  static attributes = ["src", "alt", "size"];
  static css = `
    :host { display: inline-block; vertical-align: middle; flex: none; }
    .frame { display: grid; place-items: center; border: 1px solid var(--p-line); border-radius: 8px; overflow: hidden;
      background: var(--p-card); color: var(--p-faint); }
    img { inline-size: 100%; block-size: 100%; object-fit: contain; }
    img[hidden] { display: none; }
  `;
  static markup = `<div class="frame"><img hidden><span></span></div>`;

  constructor() {
    super();
    const image = this.find("img");
    this.find("span").innerHTML = glyph("product");
    for (const name of ["load", "error"]) {
      image.addEventListener(name, () => {
        image.hidden = name === "error";
        this.find("span").hidden = name === "load";
        this.fire(name);
      });
    }
  }

  render() {
    const side = FACES[this.read("size", "base")] ?? FACES.base;
    Object.assign(this.find(".frame").style, { inlineSize: side, blockSize: side });
    const image = this.find("img");
    image.alt = this.read("alt");
    image.loading = "lazy";
    if (this.read("src") !== image.getAttribute("src")) {
      image.hidden = !this.read("src");
      if (this.read("src")) image.src = this.read("src");
    }
  }
}

class Avatar extends PolarisElement {
  static attributes = ["initials", "src", "alt", "size"];
  static css = `
    :host { display: inline-block; vertical-align: middle; }
    .face { display: grid; place-items: center; border-radius: 8px; background: #d9e6f2; color: #28425c; font-weight: 600; overflow: hidden; }
    img { inline-size: 100%; block-size: 100%; object-fit: cover; }
  `;
  static markup = `<div class="face"></div>`;

  render() {
    const side = FACES[this.read("size", "base")] ?? FACES.base;
    const face = this.find(".face");
    Object.assign(face.style, { inlineSize: side, blockSize: side, fontSize: `calc(${side} / 2.6)` });
    face.textContent = this.read("initials").slice(0, 2);
    this.offerRole("img");
    this.setAttribute("aria-label", this.read("alt") || this.read("initials"));
    if (this.read("src")) {
      const image = new Image();
      image.alt = "";
      image.src = this.read("src");
      face.replaceChildren(image);
    }
  }
}

class Spinner extends PolarisElement {
  static attributes = ["size", "accessibilitylabel"];
  static css = `
    :host { display: inline-block; inline-size: 20px; block-size: 20px; vertical-align: middle; }
    :host([size=large]) { inline-size: 32px; block-size: 32px; }
    :host([size=large-100]) { inline-size: 44px; block-size: 44px; }
    .wheel { block-size: 100%; border: 2px solid var(--p-line); border-block-start-color: var(--p-soft); border-radius: 50%;
      animation: turn .8s linear infinite; }
    @keyframes turn { to { transform: rotate(360deg); } }
    @media (prefers-reduced-motion: reduce) { .wheel { animation-duration: 3s; } }
  `;
  static markup = `<div class="wheel"></div>`;

  render() {
    this.offerRole("status");
    this.setAttribute("aria-label", this.read("accessibilitylabel", "Loading"));
  }
}

class Progress extends PolarisElement {
  static attributes = ["value", "max", "tone", "accessibilitylabel"];
  static css = `
    :host { display: block; --bar: #4a4a4a; }
    :host([tone=success]) { --bar: #1f8a52; } :host([tone=info]) { --bar: #0b6bcb; } :host([tone=critical]) { --bar: var(--p-critical); }
    :host([tone=warning]) { --bar: #c46a00; } :host([tone=caution]) { --bar: #b08c00; }
    .track { block-size: 8px; border-radius: 8px; background: var(--p-strong); overflow: hidden; }
    .bar { block-size: 100%; inline-size: 0; background: var(--bar); border-radius: 8px; transition: inline-size .2s; }
  `;
  static markup = `<div class="track"><div class="bar"></div></div>`;

  render() {
    const [value, max] = [Number(this.read("value", "0")), Number(this.read("max", "1")) || 1];
    this.find(".bar").style.inlineSize = `${Math.max(0, Math.min(1, value / max)) * 100}%`;
    this.offerRole("progressbar");
    this.setAttribute("aria-valuenow", String(value));
    this.setAttribute("aria-valuemax", String(max));
    if (this.hasAttribute("accessibilitylabel")) this.setAttribute("aria-label", this.read("accessibilitylabel"));
  }
}

define("s-image", Picture);
define("s-thumbnail", Thumbnail);
define("s-avatar", Avatar);
define("s-spinner", Spinner);
define("s-progress", Progress);
