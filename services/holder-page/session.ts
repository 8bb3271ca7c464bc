import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { HolderPageSettings } from "../domain/holder-page.ts";
import { call } from "../public-page/call.ts";
import { Faulty } from "../public-page/fault.ts";
import { askPortal } from "./embedded.ts";
import { beginSignIn, finishSignIn, type Token } from "./sign-in.ts";

/** A token is asked for again where it ends within so many milliseconds. */
const SOON_MS = 10_000;
/** Reasons that say that the token, not the call, is what is wrong. */
const OVER = new Set(["TOKEN_MISSING", "TOKEN_EXPIRED", "TOKEN_REFUSED"]);

/** Thrown where nobody is signed in any more. */
export class SignedOut extends Error {}

/** Who has signed in. The token is kept in memory alone: it is gone when the page is left. */
export interface Session {
  /** Whether somebody has. */
  readonly signedIn: () => boolean;
  /** Whether somebody had, until it ran out. */
  readonly ended: () => boolean;
  /** Takes what the provider has sent back with the browser, or asks the portal that shows this page. Rejects with {@link Faulty}. */
  start(): Promise<void>;
  /** Sends the browser to the provider; within a portal, asks that. */
  signIn(): Promise<void>;
  signOut(): void;
  /** Calls a method as whoever has signed in. Rejects with {@link Faulty}, or {@link SignedOut}. */
  call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
  ): Promise<MessageShape<O>>;
}

/** Opens it, signed in as nobody. */
export function openSession(settings: HolderPageSettings, embedded: boolean): Session {
  let token: Token | undefined;
  const current = () => (token && token.endsAt > Date.now() ? token : undefined);
  return {
    signedIn: () => current() !== undefined,
    ended: () => token !== undefined && !current(),
    async start() {
      token = embedded ? await askPortal(settings.embeddedBy) : await finishSignIn(settings);
    },
    async signIn() {
      if (embedded) token = await askPortal(settings.embeddedBy);
      else await beginSignIn(settings);
    },
    signOut() {
      token = undefined;
    },
    async call(method, request) {
      // A portal has a fresh one; a provider must be asked by whoever signs in.
      if (embedded && (!token || token.endsAt < Date.now() + SOON_MS)) token = await askPortal(settings.embeddedBy);
      const held = current();
      if (!held) throw new SignedOut();
      try {
        return await call(method, request, { token: held.text });
      } catch (error) {
        if (!(error instanceof Faulty) || !OVER.has(error.fault.reason)) throw error;
        token = undefined;
        throw new SignedOut("", { cause: error });
      }
    },
  };
}
