import { create } from "@bufbuild/protobuf";
import { describe, expect, test, vi } from "vitest";
import { CheckSessionResponseSchema } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { sessionDigest, sessionEnded, staffSessions } from "./sessions.ts";

const SECRET = "s".repeat(43);
const ACCOUNT = { account: "440100-li", name: "李四", departmentCode: "D", division: "440106", roles: [Role.MAKER] };

/** Sessions over an identity service that a test answers for. */
function house(answer: () => Promise<object> = async () => ACCOUNT) {
  let time = 0;
  const checkSession = vi.fn(async () => create(CheckSessionResponseSchema, (await answer()) as typeof ACCOUNT));
  const sessions = staffSessions({ identity: { checkSession }, node: "440100", monotonic: () => time });
  const forget = vi.fn();
  const proof = (secret = SECRET, sameOrigin = true) => ({ secret, sameOrigin, forget });
  return { sessions, checkSession, forget, proof, wait: (ms: number) => (time += ms) };
}

describe("staff by the cookie of a session (5.9.2)", () => {
  test("are who the identity service says, by their roles", async () => {
    const { sessions, proof, checkSession } = house();
    expect(await sessions.actorOf(proof())).toEqual({
      ...{ kind: "staff", node: "440100", account: "440100-li", name: "李四", department: "D", division: "440106" },
      ...{ roles: ["maker"], session: sessionDigest(SECRET) },
    });
    expect(checkSession).toHaveBeenCalledWith({ digest: sessionDigest(SECRET) }, { timeoutMs: 1_900 });
  });

  test("5.9.4: are asked about once in three seconds, for all calls at once", async () => {
    const { sessions, proof, checkSession, wait } = house();
    await Promise.all([1, 2, 3].map(() => sessions.actorOf(proof())));
    wait(2_999);
    await sessions.actorOf(proof());
    expect(checkSession).toHaveBeenCalledTimes(1);
    wait(1);
    await sessions.actorOf(proof());
    expect(checkSession).toHaveBeenCalledTimes(2);
  });

  test("count as signed out, and their browser forgets the cookie, when the service says so or it is no cookie of ours", async () => {
    const { sessions, proof, forget, checkSession } = house(async () => Promise.reject(sessionEnded()));
    await expect(sessions.actorOf(proof())).rejects.toMatchObject({ reason: "SESSION_ENDED" });
    expect(forget).toHaveBeenCalledTimes(1);
    await expect(sessions.actorOf(proof("short"))).rejects.toMatchObject({ reason: "SESSION_ENDED" });
    expect(forget).toHaveBeenCalledTimes(2);
    expect(checkSession).toHaveBeenCalledTimes(1);
  });

  test("are not let in on an old answer while the identity service is away", async () => {
    let away = false;
    const refuse = async () => Promise.reject(new Refusal("DEADLINE_EXCEEDED", "nobody answers"));
    const { sessions, proof, wait, forget } = house(() => (away ? refuse() : Promise.resolve(ACCOUNT)));
    await sessions.actorOf(proof());
    away = true;
    wait(3_000);
    await expect(sessions.actorOf(proof())).rejects.toMatchObject({ reason: "PEER_AWAY", retryAfterMs: 1_000 });
    expect(forget).not.toHaveBeenCalled();
    away = false;
    await sessions.actorOf(proof());
  });

  test("are not asked about for pages of others", async () => {
    const { sessions, proof, checkSession } = house();
    await expect(sessions.actorOf(proof(SECRET, false))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    expect(checkSession).not.toHaveBeenCalled();
  });
});
