import type { MessageInitShape } from "@bufbuild/protobuf";
import { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type {
  ListBucketRecordsAcrossResponseSchema,
  ListBucketsAcrossResponseSchema,
} from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { bucketPage, recordPage } from "../../record/bucket-page.ts";
import type { SyncContext } from "../context.ts";
import { archiveAskedFor } from "./province.ts";

/** Which part of a list is wanted. */
interface Wanted {
  pageSize: number;
  pageToken: string;
}

/** One node's archive as another may copy it (4.6.2): all of what that node issued, and nothing of any other. */
export interface CopiedArchive {
  /** `undefined` where the node has not issued it. */
  record(identifier: string): Promise<CertificateRecord | undefined>;
  /** A file that a record of it names. Throws `CERTIFICATE_UNKNOWN` or `DOCUMENT_MISSING` where it is not here. */
  blob(sha256: string): Promise<Uint8Array>;
  buckets(page: Wanted): Promise<MessageInitShape<typeof ListBucketsAcrossResponseSchema>>;
  records(bucket: string, page: Wanted): Promise<MessageInitShape<typeof ListBucketRecordsAcrossResponseSchema>>;
}

/**
 * The archive that whoever calls may copy: this node's own, from its issue service, where the province asks; at the province what it keeps
 * of the very node that asks, to bring that forward after an older copy of it was started. Throws `PERMISSION_DENIED` for everybody else.
 */
export function copiedArchive(context: SyncContext, call: CallContext): CopiedArchive {
  const { runtime, own } = context;
  const node = archiveAskedFor(runtime, call);
  if (node !== runtime.config.node.code) return keptOf(context, node);
  const issued = runtime.client(ArchiveService, "issue");
  const options = onBehalf(call);
  return {
    record: (identifier) => own.get(identifier, call),
    blob: (sha256) => own.blob(sha256, call),
    async buckets(page) {
      const { buckets, root, nextPageToken } = await issued.listBuckets({ node, ...page }, options);
      if (page.pageToken === "" && call.caller.kind === "node")
        context.askedArchives.set(call.caller.node, { at: runtime.now(), root });
      return { buckets, root, nextPageToken };
    },
    async records(bucket, page) {
      const { records, nextPageToken } = await issued.listBucketRecords({ node, bucket, ...page }, options);
      return { records, nextPageToken };
    },
  };
}

function keptOf({ archive, runtime }: SyncContext, node: string): CopiedArchive {
  return {
    async record(identifier) {
      const record = await archive.get(identifier);
      return record?.node === node ? record : undefined;
    },
    async blob(sha256) {
      const content = await runtime.store.blobs.get(sha256);
      if (content) return content;
      throw new Refusal("DOCUMENT_MISSING", `the archive has lost blob ${sha256}`, { metadata: { sha256 } });
    },
    async buckets(page) {
      const { buckets, root } = await archive.digests.buckets(node);
      return { ...bucketPage(buckets, page), root };
    },
    records: async (bucket, page) => recordPage(await archive.digests.records(node, bucket), page),
  };
}
