import { Button, Modal } from "antd";
import { useEffect, useSyncExternalStore } from "react";
import { hearSignedIn, onSessionChange, sessionState, tellSignedIn } from "../call/session-lost.ts";
import { useTexts } from "../text/texts.ts";
import { SHELL } from "./shell-texts.ts";
import { useWho } from "./who.tsx";

/** Where the node begins a sign-in: it sends the browser to the listener that asks for certificates, and back to the console. */
const START = "/session/start";
/** Name of the window in which somebody signs in again, beside a page that waits. */
const WINDOW = "ecert-sign-in";

/** The page of who is not signed in. */
export function SignInPage() {
  const texts = useTexts(SHELL);
  return (
    <main className="sign-in">
      <h1>{texts.signInTitle}</h1>
      <p>{texts.signInHow}</p>
      <form method="post" action={START}>
        <Button type="primary" size="large" htmlType="submit">
          {texts.signIn}
        </Button>
      </form>
    </main>
  );
}

/**
 * Stands over a page whose session has ended: the sign-in goes on in a window beside it, and the page keeps all that was filled in. A page that is opened tells the
 * others whose session it is.
 */
export function SessionLost() {
  const texts = useTexts(SHELL);
  const { account } = useWho();
  useEffect(() => {
    tellSignedIn(account);
    return hearSignedIn(account);
  }, [account]);
  const state = useSyncExternalStore(onSessionChange, sessionState);
  return (
    <Modal open={state === "lost"} title={texts.lostTitle} closable={false} footer={null}>
      <p>{texts.lostHow}</p>
      <form method="post" action={START} target={WINDOW}>
        <Button type="primary" htmlType="submit" autoFocus>
          {texts.signInAgain}
        </Button>
      </form>
    </Modal>
  );
}

/** Whether this window was opened to sign in again. */
export const isSignInWindow = (): boolean => window.name === WINDOW;

/** What a window shows in which somebody has signed in again: it tells the other pages who, and closes itself where the browser lets it. */
export function SignedInWindow({ account }: { account: string }) {
  const texts = useTexts(SHELL);
  useEffect(() => {
    tellSignedIn(account);
    window.close();
  }, [account]);
  return (
    <main className="sign-in">
      <p role="status">{texts.signedIn}</p>
    </main>
  );
}
