/** How pages of one browser tell each other that somebody has signed in: a session is the browser's, not a page's. */
const CHANNEL = "ecert.session";

/** Where the node begins a sign-in: it sends the browser to the listener that asks for certificates, and back. */
export const SIGN_IN_START = "/session/start";
/** Name of the window in which somebody signs in again, beside a page that waits. */
export const SIGN_IN_WINDOW = "ecert-sign-in";
/** Whether this window was opened to sign in again. */
export const isSignInWindow = (): boolean => window.name === SIGN_IN_WINDOW;

type State = "here" | "lost";
let state: State = "here";
const changed = new Set<() => void>();
let waiting: (() => void)[] = [];

/** Whether calls wait for somebody to sign in again. */
export const sessionState = (): State => state;

/** Tells of each change of it; resolves to the way of hearing no more. */
export function onSessionChange(tell: () => void): () => void {
  changed.add(tell);
  return () => changed.delete(tell);
}

/** Marks the session as lost and resolves when there is one again: what was refused for want of it is called once more then. */
export function signedInAgain(): Promise<void> {
  set("lost");
  return new Promise((resolve) => {
    waiting.push(resolve);
  });
}

/** Tells all other pages who has signed in. */
export function tellSignedIn(account: string): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(account);
  channel.close();
}

/** Lets waiting calls go on. */
export function goOn(): void {
  set("here");
  const calls = waiting;
  waiting = [];
  for (const call of calls) call();
}

/**
 * Holds this page to its reader. Where the same has signed in again, waiting calls go on; where somebody else has, the page begins anew as that person's: none of
 * its calls may be made in the name of who did not press the button. Returns the way of hearing no more.
 */
export function hearSignedIn(account: string): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => {
    if (data !== account) location.reload();
    else if (state === "lost") goOn();
  };
  return () => channel.close();
}

function set(now: State): void {
  state = now;
  for (const tell of changed) tell();
}
