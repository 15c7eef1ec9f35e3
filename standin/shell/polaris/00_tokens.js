// Colours and type of the whole document. Comes first, and again in a document that takes this one's place.

const TOKENS = `
  :root {
    --p-font: Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
    --p-ink: #303030; --p-soft: #616161; --p-faint: #8a8a8a; --p-line: #e3e3e3; --p-edge: #8a8a8a;
    --p-page: #f1f1f1; --p-card: #ffffff; --p-subdued: #f7f7f7; --p-strong: #ebebeb; --p-link: #005bd3;
    --p-focus: #005bd3; --p-critical: #c70a24;
    --p-info-bg: #e3f1ff; --p-info-ink: #003a5a; --p-success-bg: #d3f5df; --p-success-ink: #0b4a2b;
    --p-caution-bg: #fff0bd; --p-caution-ink: #4f3f00; --p-warning-bg: #ffe2c4; --p-warning-ink: #5c2e00;
    --p-critical-bg: #fde0de; --p-critical-ink: #8a1010; --p-neutral-bg: #e9e9e9; --p-neutral-ink: #4a4a4a;
  }
  html { background: var(--p-page); }
  body { margin: 0; color: var(--p-ink); font: 13px/20px var(--p-font); }
  s-query-container { display: block; container-type: inline-size; container-name: s-default; }
  s-page > [slot=breadcrumb-actions] { color: var(--p-soft); }
`;

const tokens = new CSSStyleSheet();
tokens.replaceSync(TOKENS);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, tokens];

// Elements are defined once in a window.
if (customElements.get("s-page")) return;
