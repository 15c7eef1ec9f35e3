// window.fetch, with an ID token on every request to the app's own origin and its subdomains.

const plainFetch = window.fetch.appBridgeOriginal ?? window.fetch.bind(window);

function isOwn(url) {
  const { origin, protocol, hostname } = new URL(url, location.href);
  return origin === location.origin || (protocol === location.protocol && hostname.endsWith(`.${location.hostname}`));
}

async function signed(request) {
  const headers = new Headers(request.headers);
  headers.set("Authorization", `Bearer ${await ask("id-token")}`);
  if (!headers.has("Accept-Language")) headers.set("Accept-Language", config.locale);
  return new Request(request, { headers });
}

async function fetchWithToken(input, init) {
  if (!isOwn(input instanceof Request ? input.url : String(input))) return plainFetch(input, init);
  const request = new Request(input, init);
  if (request.headers.has("Authorization")) return plainFetch(request);
  let answer = await plainFetch(await signed(request.clone()));
  if (answer.status === 401 && answer.headers.has("X-Shopify-Retry-Invalid-Session-Request")) {
    answer = await plainFetch(await signed(request));
  }
  const elsewhere = answer.headers.get("X-Shopify-API-Request-Failure-Reauthorize-Url");
  if (elsewhere) openOutside(elsewhere, "_top");
  return answer;
}

if (embedded && !config.disabledFeatures.includes("fetch")) {
  window.fetch = fetchWithToken;
  window.fetch.appBridgeOriginal = plainFetch;
}
