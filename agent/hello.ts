import { create } from "@bufbuild/protobuf";
import {
  type Hello,
  JournalMarkSchema,
  type Officers,
  OfficersSchema,
  OriginKeySchema,
  OriginRulesSchema,
  SignedMarkSchema,
} from "../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { DRAWING } from "../services/domain/message.ts";
import type { OfficerList } from "../services/trust/officers/officer-list.ts";
import type { AgentMemory } from "./memory.ts";
import type { OfficerLists } from "./officer-lists.ts";
import type { ItemRule, Policy } from "./policy.ts";

/** What an agent says first to a core. */
export type AgentHello = Omit<Hello, "$typeName" | "$unknown">;

/** What a hello tells. */
export interface HelloParts {
  agent: string;
  version: string;
  window: number;
  policy: Pick<Policy, "seals" | "originKeys" | "originMaxAgeSeconds" | "items">;
  officers: Pick<OfficerLists, "all">;
  /** Origin of this host's own page for officers, where there is one. */
  page?: string | undefined;
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
  officers,
  page,
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
      drawing: DRAWING,
      officers: toldOfficers(policy, officers.all(), page),
    };
  };
}

/** Whose confirmations are taken, as cores are told: without names and public keys, which no page needs. */
export function toldOfficers(
  { items, originMaxAgeSeconds }: Pick<Policy, "items" | "originMaxAgeSeconds">,
  lists: readonly OfficerList[],
  page?: string,
): Officers {
  return create(OfficersSchema, {
    items: confirmedBy(items, ["officer", "officer-here"]),
    pageItems: confirmedBy(items, ["officer-here"]),
    page: page ?? "",
    maxAgeSeconds: BigInt(originMaxAgeSeconds),
    lists: lists.map(({ department, version, from, until, rpId, officers }) => ({
      ...{ department, version: BigInt(version), from, until, rpId },
      keys: officers.flatMap(({ account, credentials }) =>
        // What is confirmed on this host's page no page of a core can ask for.
        credentials
          .filter(({ page }) => page === undefined)
          .map(({ id, since, until: last = "" }) => ({
            ...{ account, credentialId: Buffer.from(id, "base64url"), since, until: last },
          })),
      ),
    })),
  });
}

function confirmedBy(items: Policy["items"], rules: readonly ItemRule["origin"][]): string[] {
  return [...items].flatMap(([item, { origin }]) => (rules.includes(origin) ? [item] : []));
}

function offers({ seals }: Pick<Policy, "seals">) {
  return [...seals.values()].map(({ code, keyLabel, signer }) => ({
    $typeName: "ecert.agent.v1.SealOffer" as const,
    seal: code,
    signingCertificate: signer.certificate,
    chain: [...signer.chain],
    keyLabel,
    algorithm: signer.algorithm === "rsa-pkcs1-sha256" ? "rsa-sha256" : signer.algorithm,
  }));
}
