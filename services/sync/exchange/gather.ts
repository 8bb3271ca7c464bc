import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { nodeOfIdentifier } from "../../domain/serial-node.ts";
import type { Runtime } from "../../node/runtime.ts";
import { type Own, unlessUnknown } from "../archive/own.ts";
import type { Answer, Ask, Question } from "../ask/ask.ts";
import { linkedPeers } from "../wire/topology.ts";
import type { JudgedRecords, Told } from "./judged-records.ts";

/** A certificate that was looked up, and whether its issuer could be asked. */
export interface Looked<T> {
  record: CertificateRecord;
  fromArchive: boolean;
  /** What the issuer answered; absent where this node is the issuer, or it is away. */
  answer?: T;
}

/** The province's part of questions across nodes: the issuer's word on the state where it can be had, else the archive's (5.7.4, 4.6.2). */
export interface Gather {
  /** Cities and departments whose certificates are looked at for a caller: not its own, which it knows, and not this node's. */
  others(call: CallContext): string[];
  /**
   * Looks one certificate up and asks its issuer; where it is not archived, the node that its serial names, and every other node where that names none. `check` throws where the record is not to
   * be shown, before anybody is asked where it is known here. Throws `CERTIFICATE_UNKNOWN`, `PEER_AWAY`, and what the issuer refuses.
   */
  one<T extends Told>(
    identifier: string,
    call: CallContext,
    question: Question<T | undefined>,
    check: (record: CertificateRecord) => void,
  ): Promise<Looked<T>>;
}

/** What gathering works with. */
export interface GatherParts {
  runtime: Runtime;
  records: JudgedRecords;
  own: Own;
  ask: Ask;
}

/** Creates the province's part. */
export function createGather({ runtime, records, own, ask }: GatherParts): Gather {
  const cities = linkedPeers(runtime.config).map(({ node }) => node);
  const others = ({ caller }: CallContext) => cities.filter((node) => caller.kind !== "node" || node !== caller.node);

  return {
    others,
    async one<T extends Told>(
      identifier: string,
      call: CallContext,
      question: Question<T | undefined>,
      check: (record: CertificateRecord) => void,
    ): Promise<Looked<T>> {
      // This node's services have asked their own issue service already.
      const here = call.caller.kind === "node" ? await own.get(identifier, call) : undefined;
      if (here) check(here);
      if (here) return { record: here, fromArchive: false };
      const archived = await records.archived(identifier);
      if (archived) check(archived);
      const named = nodeOfIdentifier(identifier);
      const nodes = others(call).filter((node) => named === undefined || node === named);
      const answers = await ask.all(
        archived ? [archived.node] : nodes,
        call,
        (exchange, options, node) => unlessUnknown(() => question(exchange, options, node)),
        // What it issued a moment ago nobody else can tell.
        (node) => !archived && node === named,
      );
      for (const one of answers) {
        const answer = "answer" in one ? one.answer : undefined;
        if (!answer || answer.identifier !== identifier) continue;
        const record = await records.behind(one.node, answer, archived, call);
        if (!record) continue;
        check(record);
        return { record, fromArchive: false, answer };
      }
      const refused = answers.find((one) => "refused" in one);
      // An issuer that cannot read this one record says nothing of the certificate.
      if (refused && !(archived && refused.refused.reason === "RECORD_UNREADABLE")) throw refused.refused;
      if (archived) return { record: archived, fromArchive: true };
      throw unknown(identifier, answers);
    },
  };
}

/** Nodes that could not be asked. */
function awayAmong(answers: readonly Answer<unknown>[]): string[] {
  return answers.filter((one) => "away" in one).map(({ node }) => node);
}

function unknown(identifier: string, answers: readonly Answer<unknown>[]): Refusal {
  const away = awayAmong(answers);
  const metadata = { identifier };
  if (away.length === 0)
    return new Refusal("CERTIFICATE_UNKNOWN", `no node knows certificate ${identifier}`, { metadata });
  return new Refusal(
    "PEER_AWAY",
    `certificate ${identifier} is not in the archive and ${away.join()} cannot be asked`,
    {
      retryAfterMs: 2_000,
      metadata: { ...metadata, nodes: away.join() },
    },
  );
}
