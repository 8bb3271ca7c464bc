import { hkdfSync } from "node:crypto";
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { clone, toBinary } from "@bufbuild/protobuf";
import { openBox, sealBox } from "../../base/sealed-box.ts";
import type { Actor } from "../../domain/actor.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { NodeKey } from "../../host/node-keys.ts";
import { requestDigest, requestIdReused } from "./request-id.ts";

/** Name of this use of the node's key and of the derivation. */
const CONTEXT = "ecert.sealed-answer.v1";

/** A request that carries an id, as its answer is found again by. */
export interface IdentifiedRequest {
  /** Digest of caller and id; the id itself is stored nowhere. */
  digest: string;
  /** Digest of everything else that the request says. */
  content: string;
  requestId: string;
}

/** An answer at rest. */
export interface SealedAnswer {
  /** {@link IdentifiedRequest.content} of the request that was answered. */
  content: string;
  /** As {@link sealBox} gives it. */
  sealed: string;
}

/**
 * Takes a request that carries `requestId`. Fields that the contract does not know are part of what it says. `name` is what the message is
 * called where answers of before are to be found that were kept under another name.
 */
export function identify<S extends DescMessage>(
  schema: S,
  request: MessageShape<S> & { requestId: string },
  caller: Actor,
  name: string = schema.typeName,
): IdentifiedRequest {
  const { requestId } = request;
  const rest = clone(schema, request) as MessageShape<S> & { requestId: string };
  rest.requestId = "";
  const content = sha256Hex(Buffer.concat([Buffer.from(`${name}\0`), toBinary(schema, rest)]));
  return { digest: requestDigest(caller, requestId), content, requestId };
}

/** What sealing takes of a runtime. */
interface Sealing {
  nodeKey: NodeKey;
  randomBytes(size: number): Uint8Array;
}

/**
 * Seals an answer so that the store alone does not give it away: the key follows from the request id, which is not stored, and
 * from a signature by the node's own key, so that ids that can be guessed do not help either.
 */
export function seal(runtime: Sealing, request: IdentifiedRequest, answer: unknown): SealedAnswer {
  const { content } = request;
  return { content, sealed: sealBox(runtime, keyOf(runtime, request), content, JSON.stringify(answer)) };
}

/**
 * Opens the answer that was sealed for the same request. Throws `REQUEST_ID_REUSED` where the request says something else, and
 * where the node's key has changed since, so that nobody can tell any more.
 */
export function unseal<T>(
  runtime: Pick<Sealing, "nodeKey">,
  request: IdentifiedRequest,
  { content, sealed }: SealedAnswer,
): T {
  if (content !== request.content) throw requestIdReused();
  try {
    return JSON.parse(openBox(keyOf(runtime, request), content, sealed)) as T;
  } catch {
    throw requestIdReused();
  }
}

/** Ed25519 signatures are the same for the same bytes, and nobody without the key can make this one. */
function keyOf({ nodeKey }: Pick<Sealing, "nodeKey">, { digest, requestId }: IdentifiedRequest): Buffer {
  const own = nodeKey.sign(Buffer.from(`${CONTEXT}\0${digest}`));
  return Buffer.from(hkdfSync("sha256", Buffer.concat([own, Buffer.from(requestId)]), digest, CONTEXT, 32));
}
