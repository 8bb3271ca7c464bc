import { SIGN_IN_START } from "../../staff-page/session-lost.ts";
import { pemOf } from "../people/accounts/pem-text.ts";

/** Under which this window knows that it has asked: a certificate that a link brings here is taken for nobody's. */
const STATE = "ecert.activate.state";

/** What the listener that asks for certificates has handed back. */
export interface ShownOwn {
  /** The certificate and those above it that came with it, PEM; empty where the browser has shown none. */
  pem: string;
}

/** Goes to the listener that asks for certificates, which comes back here; resolves to false where this node has none. */
export async function askForOwn(): Promise<boolean> {
  const answer = await fetch(SIGN_IN_START, { method: "POST" }).catch(() => undefined);
  if (!answer?.ok) return false;
  const { signIn } = (await answer.json()) as { signIn: string };
  const state = base64url(crypto.getRandomValues(new Uint8Array(32)));
  sessionStorage.setItem(STATE, state);
  location.assign(`${new URL(signIn).origin}/certificate?state=${state}`);
  return true;
}

/** Takes what the listener has handed back out of the address, once; `undefined` where this window has not asked for it. */
export function takeOwn(): ShownOwn | undefined {
  const handed = new URLSearchParams(location.hash.slice(1));
  const asked = sessionStorage.getItem(STATE);
  if (!handed.has("state")) return undefined;
  history.replaceState(null, "", location.pathname);
  sessionStorage.removeItem(STATE);
  if (handed.get("state") !== asked) return undefined;
  const chain = (handed.get("certificates") ?? "").split(".").filter(Boolean);
  return { pem: chain.map((der) => pemOf(bytesOf(der))).join("") };
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
