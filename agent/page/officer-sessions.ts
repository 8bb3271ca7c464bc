import { createHash, randomBytes } from "node:crypto";
import { canonicalBytes } from "../../services/domain/canonical.ts";
import { Refusal } from "../../services/domain/refusal.ts";

/** An officer who has shown the security key on this host's page. */
export interface OfficerSession {
  readonly account: string;
  readonly name: string;
  /** Department whose list names the officer. */
  readonly department: string;
}

/** Who is signed in on the page: in memory alone, a restart of the agent ends all. */
export interface OfficerSessions {
  /** A challenge for signing in, good once and for two minutes. Nothing else that a security key signs here has its form. Throws `OVERLOADED`. */
  challenge(): Uint8Array;
  /** Uses a challenge up; whether there was such a one. */
  use(challenge: Uint8Array): boolean;
  /** Begins a session and returns its token, 256 bits of chance. */
  begin(session: OfficerSession): string;
  /** The session of a token, as long as it is used every ten minutes, for an hour at most. */
  of(token: string): OfficerSession | undefined;
  end(token: string): void;
}

const CHALLENGE_MS = 120_000;
const IDLE_MS = 600_000;
const LONGEST_MS = 3_600_000;
/** Of either kind. */
const MAX = 1_000;

/** Makes it for the agent of a node; `monotonic`: milliseconds of a clock that nobody sets. */
export function createOfficerSessions(node: string, monotonic: () => number): OfficerSessions {
  const challenges = new Map<string, number>();
  const sessions = new Map<string, { session: OfficerSession; idleUntil: number; endsAt: number }>();
  const key = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("base64url");
  return {
    challenge() {
      for (const [one, until] of challenges) if (until <= monotonic()) challenges.delete(one);
      if (challenges.size >= MAX) throw new Refusal("OVERLOADED", "too many are signing in", { retryAfterMs: 10_000 });
      const asked = { schema: "ecert.officer-page.v1", node, nonce: randomBytes(32).toString("hex") };
      const challenge = createHash("sha256").update(canonicalBytes(asked)).digest();
      challenges.set(key(challenge), monotonic() + CHALLENGE_MS);
      return challenge;
    },
    use(challenge) {
      const until = challenges.get(key(challenge));
      challenges.delete(key(challenge));
      return until !== undefined && until > monotonic();
    },
    begin(session) {
      for (const [one, { idleUntil }] of sessions) if (idleUntil <= monotonic()) sessions.delete(one);
      if (sessions.size >= MAX) throw new Refusal("OVERLOADED", "too many are signed in", { retryAfterMs: 60_000 });
      const token = randomBytes(32).toString("base64url");
      sessions.set(key(token), { session, idleUntil: monotonic() + IDLE_MS, endsAt: monotonic() + LONGEST_MS });
      return token;
    },
    of(token) {
      const found = sessions.get(key(token));
      if (!found || found.idleUntil <= monotonic()) return undefined;
      found.idleUntil = Math.min(found.endsAt, monotonic() + IDLE_MS);
      return found.session;
    },
    end: (token) => void sessions.delete(key(token)),
  };
}
