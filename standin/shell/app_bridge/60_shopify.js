// The global `shopify`, and what happens when the script starts.

const toasts = new Map();

whenTold("toast-action", ({ toast }) => toasts.get(toast)?.onAction?.());
whenTold("toast-dismiss", ({ toast }) => {
  toasts.get(toast)?.onDismiss?.();
  toasts.delete(toast);
});

window.shopify = {
  config,
  environment: { embedded, mobile: false, intent: false, pos: false },
  ready: Promise.resolve(),
  idToken: () => ask("id-token"),
  user: () => ask("user"),
  loading: (on = true) => tell("loading", { on: Boolean(on) }),
  toast: {
    show(message, options = {}) {
      const toast = `toast-${Date.now()}-${toasts.size}`;
      toasts.set(toast, options);
      tell("toast", {
        toast,
        message: String(message),
        isError: Boolean(options.isError),
        duration: options.duration ?? 5000,
        action: options.action ?? "",
      });
      return toast;
    },
    hide: (toast) => tell("toast-hide", { toast }),
  },
  saveBar: {
    show: async (id) => showSaveBar(id, null),
    hide: async (id) => hideSaveBar(id),
    toggle: async (id) => (saveBarShown === id ? hideSaveBar(id) : showSaveBar(id, null)),
    leaveConfirmation: async () => {
      if (saveBarShown && !(await ask("leave-confirmation"))) return new Promise(() => {});
    },
  },
  scopes: {
    query: () => ask("scopes-query"),
    request: (scopes) => ask("scopes-request", { scopes: [...scopes] }),
    revoke: (scopes) => ask("scopes-revoke", { scopes: [...scopes] }),
  },
};

if (!embedded) enterAdmin();
else if (query.has("shopify-reload")) bounce(query.get("shopify-reload"));
else {
  followHistory();
  reportPlace();
  watchChrome();
}
