import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { registerKey } from "../security-key/register-key.ts";
import { TEXTS } from "./confirm-texts.ts";

/** What the sign-in works with. */
export interface SignInParts {
  enter: (account: string) => void;
  /** Does something, tells what goes wrong, and draws the page anew. */
  draw: (work: () => Promise<void>) => void;
}

/** What was registered, and of whom, as long as the page is open. */
let registered: { json: string; fingerprint: string; account: string } | undefined;
let account = "";

/** Draws the sign-in, and below it the registering of a security key for this page. */
export function drawSignIn(say: Say, { enter, draw }: SignInParts): Node[] {
  const field = element("input", {
    id: "account",
    name: "account",
    required: true,
    autocomplete: "username",
    maxlength: 64,
    value: account,
  });
  // Kept at every stroke: an answer that comes meanwhile draws the page anew, and nothing typed is lost.
  field.addEventListener("input", () => {
    account = field.value;
  });
  const valid = () => {
    account = field.value.trim();
    return field.reportValidity();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (valid()) enter(account);
  };
  const register = () =>
    valid() &&
    draw(async () => {
      registered = { ...(await registerKey({ account, name: account })), account };
    });
  return [
    element(
      "form",
      { class: "panel", onsubmit: submit },
      element("label", { for: "account" }, say(TEXTS.account)),
      field,
      element("button", { type: "submit", class: "main" }, say(TEXTS.signIn)),
    ),
    element(
      "section",
      { class: "panel" },
      element("p", {}, say(TEXTS.registerWhy)),
      ...(registered ? drawRegistered(say, registered) : []),
      element("button", { type: "button", onclick: () => void register() }, say(TEXTS.register)),
    ),
  ];
}

function drawRegistered(say: Say, { json, fingerprint, account: whose }: NonNullable<typeof registered>): Node[] {
  const href = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  return [
    element("p", { role: "status" }, `${say(TEXTS.fingerprint)} `, element("code", {}, fingerprint)),
    element("p", {}, element("a", { href, download: `${whose}.json` }, say(TEXTS.save))),
  ];
}
