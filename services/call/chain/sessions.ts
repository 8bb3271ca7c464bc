import type { Client } from "@connectrpc/connect";
import type { SessionService } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { SECRET } from "../../base/secret.ts";
import { createSingleFlight } from "../../base/single-flight.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { rolesOf } from "./permission.ts";

/** What a request shows of a session: its cookie, which is a browser's word that somebody has signed in, and nobody's will to call. */
export interface SessionProof {
  secret: string;
  /** Whether a page of this very node sent it. */
  sameOrigin: boolean;
  /** Has the browser forget a cookie whose session has ended. */
  forget(): void;
}

/** Members of staff, by the cookies of their sessions. */
export interface StaffSessions {
  /**
   * Throws `PERMISSION_DENIED` for a request of another site's page, `SESSION_ENDED`, and `PEER_AWAY` where the node's identity service cannot be
   * asked: nobody is let in on what it said before.
   */
  actorOf(proof: SessionProof): Promise<StaffActor>;
}

/** What {@link staffSessions} needs. */
export interface StaffSessionsOptions {
  identity: Pick<Client<typeof SessionService>, "checkSession">;
  /** Division code of this node, which keeps the accounts. */
  node: string;
  /** Milliseconds of a clock that nobody sets. */
  monotonic: () => number;
}

/** How long an answer is gone by, milliseconds: what ends a session or takes a role away is in force in every process within 5 seconds. */
const REMEMBERED_MS = 3_000;
/** A question that takes longer is given up; with the time above it stays below those 5 seconds. */
const ASKED_MS = 1_900;
/** Sessions that a process remembers; the oldest answer goes first. */
export const REMEMBERED_SESSIONS = 20_000;

/** Asks the node's identity service who stands behind a cookie, at most every 3 seconds for each. */
export function staffSessions({ identity, node, monotonic }: StaffSessionsOptions): StaffSessions {
  const known = new BoundedMemory<string, { actor: StaffActor; until: number }>(REMEMBERED_SESSIONS);
  const asking = createSingleFlight<StaffActor>();

  return {
    async actorOf({ secret, sameOrigin, forget }) {
      if (!sameOrigin) throw foreign();
      try {
        if (!SECRET.test(secret)) throw sessionEnded();
        const digest = sessionDigest(secret);
        const found = known.get(digest);
        if (found && found.until > monotonic()) return found.actor;
        return await asking.run(digest, () => ask(digest));
      } catch (error) {
        if (error instanceof Refusal && error.reason === "SESSION_ENDED") forget();
        throw error;
      }
    },
  };

  async function ask(digest: string): Promise<StaffActor> {
    known.delete(digest);
    // What happens while the question is on its way may be missing in the answer.
    const until = monotonic() + REMEMBERED_MS;
    const answer = await identity.checkSession({ digest }, { timeoutMs: ASKED_MS }).catch(away);
    const { account, name, departmentCode: department, division } = answer;
    const roles = rolesOf(answer.roles);
    const actor: StaffActor = { kind: "staff", node, account, name, department, division, roles, session: digest };
    known.set(digest, { actor, until });
    return actor;
  }
}

/** What is stored and asked about instead of a cookie: SHA-256, lower-case hex. */
export function sessionDigest(secret: string): string {
  return sha256Hex(secret);
}

/** The refusal of whatever is no session, or none any more. */
export function sessionEnded(): Refusal {
  return new Refusal("SESSION_ENDED", "the session has ended: sign in again");
}

function foreign(): Refusal {
  const message =
    "a session is for pages of this node alone: send Origin with the host that is called, or Sec-Fetch-Site";
  return new Refusal("PERMISSION_DENIED", message, {
    localizedDetail: "登录状态仅供本节点的页面使用，不接受其他网站发起的请求",
    metadata: { proof: "session" },
  });
}

function away(error: unknown): never {
  if (!(error instanceof Refusal) || error.reason !== "DEADLINE_EXCEEDED") throw error;
  throw new Refusal("PEER_AWAY", "the node's identity service does not tell who has signed in; try again", {
    retryAfterMs: 1_000,
    localizedDetail: "身份服务暂时不可用，请稍后重试",
    cause: error,
  });
}
