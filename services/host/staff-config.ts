import type { AuthorityFiles } from "../domain/authority-files.ts";

/** How members of staff sign in at a node. */
export interface StaffConfig {
  /**
   * Origin of the Connect listener as browsers reach it, `https://host[:port]`. Every node has a host name of its own, since
   * cookies ignore ports; the listener's certificate bears it.
   */
  origin: string;
  /** The same of the listener `signIn`. */
  signInOrigin: string;
  /** Whose certificates sign in, with the revocation list of each of these authorities. */
  authorities: AuthorityFiles & { revocationListFiles: readonly string[] };
  /** Seconds after which a session ends that nobody uses. Default 30 minutes. */
  idleSeconds: number;
  /** Seconds after which a session ends in any case. Default 12 hours. */
  absoluteSeconds: number;
}
