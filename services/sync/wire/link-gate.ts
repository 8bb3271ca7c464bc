import { type Bell, createBell } from "../../base/bell.ts";

/** What holds a link back until its two ends were compared. */
export interface LinkGate {
  /** Events may be sent: the ends were compared, and this node was not started from an older copy. */
  open: boolean;
  /** Resolves when the peer has told for the first time where it stands, or has been away for too long to wait for. */
  readonly asked: Promise<void>;
  /** Makes {@link asked} resolve. */
  pass(): void;
  /** Rung where the ends are to be compared now. */
  readonly bell: Bell;
}

/** Creates the gate of a link; it is closed. */
export function createLinkGate(): LinkGate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: false, asked: promise, pass: resolve, bell: createBell() };
}
