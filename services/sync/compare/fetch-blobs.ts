import type { CallOptions, Client } from "@connectrpc/connect";
import type { ExchangeService } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Blobs } from "../../store/port.ts";

/** What is fetched of which node's certificate. */
export interface WantedBlobs {
  node: string;
  identifier: string;
  /** SHA-256, lower-case hex. */
  digests: readonly string[];
}

/** Fetches blobs that a record names from its issuer and stores them. Throws `SIGNATURE_INVALID` where it gives another, and what it refuses. */
export async function fetchBlobs(
  exchange: Client<typeof ExchangeService>,
  blobs: Blobs,
  { node, identifier, digests }: WantedBlobs,
  options: CallOptions,
): Promise<void> {
  for (const sha256 of digests) {
    const { content } = await exchange.fetchBlobAcross({ identifier, sha256 }, options);
    if (sha256Hex(content) !== sha256)
      throw new Refusal("SIGNATURE_INVALID", `${node} gives another blob for ${sha256}`, {
        metadata: { node, sha256 },
      });
    await blobs.put(content);
  }
}
