import { Button, Modal } from "antd";
import { useEffect, useSyncExternalStore } from "react";
import {
  hearSignedIn,
  onSessionChange,
  SIGN_IN_START,
  SIGN_IN_WINDOW,
  sessionState,
  tellSignedIn,
} from "../../staff-page/session-lost.ts";
import { useTexts } from "../text/texts.ts";
import { LanguageButton } from "./language-button.tsx";
import { SHELL } from "./shell-texts.ts";
import { useWho } from "./who.tsx";

/** Where a department's institution certificate makes somebody its administrator. */
export const ACTIVATION_PAGE = "/console/activate";

/** The page of who is not signed in. */
export function SignInPage() {
  const texts = useTexts(SHELL);
  return (
    <main className="sign-in">
      <div className="head">
        <h1>{texts.signInTitle}</h1>
        <LanguageButton />
      </div>
      <p>{texts.signInHow}</p>
      <form method="post" action={SIGN_IN_START}>
        <Button type="primary" size="large" htmlType="submit">
          {texts.signIn}
        </Button>
      </form>
      <p>
        <a href={ACTIVATION_PAGE}>{texts.activateFirst}</a>
      </p>
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
      <form method="post" action={SIGN_IN_START} target={SIGN_IN_WINDOW}>
        <Button type="primary" htmlType="submit" autoFocus>
          {texts.signInAgain}
        </Button>
      </form>
    </Modal>
  );
}

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
