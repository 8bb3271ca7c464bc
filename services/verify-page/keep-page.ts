import keeper from "./keeper.ts?worker&url";
import { KEPT_PATH } from "./kept-path.ts";

/**
 * Has the browser keep this page and its files for times without a network. Asked once the page has loaded: what is kept is larger than the page, and nobody waits for it. What
 * fails, fails silently: the page works as well as before.
 */
export function keepPageOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  const keep = () =>
    navigator.serviceWorker.register(keeper, { scope: `${KEPT_PATH}/`, updateViaCache: "none" }).catch(() => {});
  addEventListener("load", keep, { once: true });
}
