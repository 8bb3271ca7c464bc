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
  /** Passwords of accounts by which the system is kept and watched (5.9.2). Absent, as by default: there are none here. */
  passwords?: PasswordConfig;
}

/** What passwords are held to. */
export interface PasswordConfig {
  /** Characters that a password counts for at least (`domain/password-rule.ts`), 12 or more. Default 14. */
  minimumLength: number;
  /** Days after which a password signs nobody in until it is changed, 365 at most. Default 90. */
  rotationDays: number;
}
