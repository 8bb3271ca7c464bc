import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type {
  FetchFileAcrossRequest,
  FindAcrossRequest,
  GetAcrossRequest,
} from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { File } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { CallContext } from "../runtime/service.ts";
import type { Archive } from "./archive.ts";
import { archivedFile } from "./archive-file.ts";
import type { Ask } from "./ask.ts";
import { newestFirst } from "./holder-page.ts";
import { MOST_RECORDS, type Own, unlessUnknown } from "./own.ts";
import { linkedPeers } from "./topology.ts";

/** The province's part of cross-city usage: the issuer's word where it can be had, else the archive's (5.7.4, 4.6.2). */
export interface Gather {
  find(
    request: FindAcrossRequest,
    call: CallContext,
  ): Promise<{ records: CertificateRecord[]; unreachableNodes: string[] }>;
  get(request: GetAcrossRequest, call: CallContext): Promise<{ record: CertificateRecord; fromArchive: boolean }>;
  file(request: FetchFileAcrossRequest, call: CallContext): Promise<File>;
}

/** What gathering works with. */
export interface GatherParts {
  runtime: Runtime;
  archive: Archive;
  own: Own;
  ask: Ask;
}

/** Creates the province's part. */
export function createGather({ runtime, archive, own, ask }: GatherParts): Gather {
  const cities = linkedPeers(runtime.config).map(({ node }) => node);

  /** A city that asks knows its own, and this node's services have asked their own issue service already. */
  const others = ({ caller }: CallContext) => cities.filter((node) => caller.kind !== "node" || node !== caller.node);

  return {
    async find(request, call) {
      const { holderCodeType, holderCode, itemCodes } = request;
      const holder = { codeType: holderCodeType, code: holderCode, itemCodes };
      const newest = await archive.ofHolder(holder, { limit: MOST_RECORDS });
      const archived = newest.records.filter(({ node }) => others(call).includes(node));
      const issuers = new Set(archived.map(({ node }) => node));
      // Nothing archived: it may have been issued a moment ago, so everybody is asked.
      const asked = issuers.size > 0 ? [...issuers] : others(call);
      const [here, answers] = await Promise.all([
        call.caller.kind === "node" ? own.find({ holderCodeType, holderCode, itemCodes }, call) : [],
        ask.all(asked, call, (exchange, options) => exchange.findAcross(request, options)),
      ]);
      const live = answers.flatMap((one) => ("answer" in one ? one.answer.records.map(from(one.node)) : []));
      const records = newestRevisions([...here, ...archived, ...live.filter((record) => record !== undefined)]);
      const unreachableNodes = answers.filter((one) => "away" in one).map(({ node }) => node);
      return { records: records.sort(newestFirst).slice(0, MOST_RECORDS), unreachableNodes };
    },

    async get(request, call) {
      const { identifier } = request;
      const here = call.caller.kind === "node" ? await own.get(identifier, call) : undefined;
      if (here) return { record: here, fromArchive: false };
      const archived = await archive.get(identifier);
      const answers = await ask.all(archived ? [archived.node] : others(call), call, (exchange, options) =>
        unlessUnknown(async () => (await exchange.getAcross(request, options)).record),
      );
      for (const one of answers) {
        const record = "answer" in one && one.answer ? from(one.node)(one.answer) : undefined;
        if (record) return { record, fromArchive: false };
      }
      if (archived) return { record: archived, fromArchive: true };
      throw unknown(identifier, answers);
    },

    async file(request, call) {
      const { identifier, format } = request;
      const here = call.caller.kind === "node" ? await own.file(identifier, format, call) : undefined;
      if (here) return here;
      // A file never changes, so the archive's copy is as good as the issuer's.
      const archived = await archive.get(identifier);
      const copy = archived && (await archivedFile(runtime.store.blobs, archived, format).catch(() => undefined));
      if (copy) return copy;
      const answers = await ask.all(archived ? [archived.node] : others(call), call, (exchange, options) =>
        unlessUnknown(async () => (await exchange.fetchFileAcross(request, options)).file),
      );
      for (const one of answers) if ("answer" in one && one.answer) return one.answer;
      throw unknown(identifier, answers);
    },
  };
}

/** A city answers for what it issued, and for nothing else. */
function from(node: string): (record: CertificateRecord) => CertificateRecord | undefined {
  return (record) => (record.node === node ? record : undefined);
}

function newestRevisions(records: readonly CertificateRecord[]): CertificateRecord[] {
  const newest = new Map<string, CertificateRecord>();
  for (const record of records) {
    const known = newest.get(record.identifier);
    if (!known || known.revision < record.revision) newest.set(record.identifier, record);
  }
  return [...newest.values()];
}

function unknown(identifier: string, answers: readonly { node: string }[]): Refusal {
  const away = answers.filter((one) => "away" in one).map(({ node }) => node);
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
