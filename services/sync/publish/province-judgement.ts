import { Refusal } from "../../domain/refusal.ts";
import { openRegisterSource, type RegisterSource } from "../../judgement/register-source.ts";
import type { Runtime } from "../../node/runtime.ts";
import { isOutdated } from "../../node/standing.ts";
import type { ProvinceRegister } from "./register-publisher.ts";

/** The register by which the province judges what its archive takes over. */
export interface ProvinceJudgement {
  source: RegisterSource;
  /** The registry was brought forward from the nodes: it is judged by at once, though what follows of the recovery is not done yet. */
  registryIsBack(): void;
}

/**
 * Opens the register of the province's own judgement. As long as it is an older copy of itself that is the one that it kept, and nobody is
 * refused by it: rights that were confirmed since are missed there, so what they would decide waits (`PEER_AWAY`). It judges again when its
 * registry was brought forward, which is before it is level: certificates that the nodes have are part of what brings it there.
 */
export async function openProvinceJudgement(runtime: Runtime, published: ProvinceRegister): Promise<ProvinceJudgement> {
  let back = false;
  const mayJudge = async () => back || !(await isOutdated(runtime));
  const source = await openRegisterSource(runtime, async (knownBuiltAt) => {
    if (!(await mayJudge()))
      throw new Refusal("NODE_BEHIND", "the registry of the province was not brought forward yet");
    const { bytes, builtAt, asOf } = await published.unpublished();
    return { register: builtAt === knownBuiltAt ? new Uint8Array() : bytes, asOf };
  });
  return {
    source: {
      ...source,
      current: async () => ((await mayJudge()) ? source.current() : source.kept()),
      async anew() {
        if (await mayJudge()) return source.anew();
        const message = "the registry of the province was not brought forward yet; nobody's right can be told";
        throw new Refusal("PEER_AWAY", message, { retryAfterMs: 2_000 });
      },
    },
    registryIsBack() {
      back = true;
    },
  };
}
