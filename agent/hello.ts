import { create } from "@bufbuild/protobuf";
import {
  type Hello,
  JournalMarkSchema,
  OriginKeySchema,
  OriginRulesSchema,
  SignedMarkSchema,
} from "../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { AgentMemory } from "./memory.ts";
import type { Policy } from "./policy.ts";

/** What an agent says first to a core. */
export type AgentHello = Omit<Hello, "$typeName" | "$unknown">;

/** What a hello tells. */
export interface HelloParts {
  agent: string;
  version: string;
  window: number;
  policy: Pick<Policy, "seals" | "originKeys" | "originMaxAgeSeconds">;
  clockSkewSeconds: number;
  memory: Pick<AgentMemory, "recent" | "standing">;
  now: () => Date;
}

/** Makes what makes a hello: it tells of journal and clock as they are at that moment. */
export function createHello({
  agent,
  version,
  window,
  policy,
  clockSkewSeconds,
  memory,
  now,
}: HelloParts): () => AgentHello {
  const { standing, recent } = memory;
  const seals = offers(policy);
  const originRules = create(OriginRulesSchema, {
    keys: policy.originKeys.given.map(({ id, publicKeyPem, apps = [] }) =>
      create(OriginKeySchema, { keyId: id, publicKeyPem, apps: [...apps] }),
    ),
    maxAgeSeconds: BigInt(policy.originMaxAgeSeconds),
    maxSkewSeconds: BigInt(clockSkewSeconds),
  });
  const mark = ({ n, hash }: { n: number; hash: string }) => create(JournalMarkSchema, { entry: BigInt(n), hash });
  return () => {
    const givenUp = standing.givenUp();
    return {
      agent,
      version,
      seals,
      window,
      recent: recent().map(({ identifier, entry }) =>
        create(SignedMarkSchema, { identifier, journalEntry: BigInt(entry) }),
      ),
      journal: mark(standing.head()),
      ...(givenUp && { givenUp: mark(givenUp) }),
      time: now().toISOString(),
      originRules,
    };
  };
}

function offers({ seals }: Pick<Policy, "seals">) {
  return [...seals.values()].map(({ code, signer }) => ({
    $typeName: "ecert.agent.v1.SealOffer" as const,
    seal: code,
    signingCertificate: signer.certificate,
    chain: [...signer.chain],
    algorithm: signer.algorithm === "rsa-pkcs1-sha256" ? "rsa-sha256" : signer.algorithm,
  }));
}
