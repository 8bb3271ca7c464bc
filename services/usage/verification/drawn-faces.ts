import type { MessageInitShape } from "@bufbuild/protobuf";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { type DrawnFaceSchema, FaceAbsence } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { withShown } from "../../document/ofd/shown-parts.ts";
import { createRenderPool, type RenderPool, type RenderPoolOptions } from "../../document/render-pool.ts";
import type { SealPicture } from "../../document/seal-picture.ts";
import { shownAttachments } from "../../document/shown-attachments.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Verified } from "./verify-protocol.ts";

/** What is written over a drawn face, so that nobody takes it for the document. */
const WATERMARK = "非原文件";
/** A seal that somebody has drawn proves nothing: none is shown but the electronic one that the file bears, so this one leaves no ink. */
const NO_SEAL: SealPicture = { kind: "vector", width: 5, height: 5, viewBox: [5, 5], paths: [{ d: "M0 0Z" }] };

/** Few look at faces at a time; more are told to try again. */
const MAX_WAITING = 20;
/** Most milliseconds that one face may take in its thread. */
const MAX_MS = 5_000;
/** Heap of the thread, MiB: fonts lie outside of it. */
const MAX_HEAP_MB = { maxOldGenerationSizeMb: 160, maxYoungGenerationSizeMb: 32 };
const IDLE_MS = 60_000;
/** Most bytes of a drawn face. */
const MAX_BYTES = 4 << 20;

/** Draws the faces of genuine documents that anybody has handed in, in a thread of its own. */
export interface DrawnFaces {
  /**
   * Draws the face anew from the signed data message that the document holds, by the version of the catalog item that it names, with the
   * pictures and the electronic seal of an OFD: nothing is shown that was not handed in, and signed. Never rejects for what was handed in: where there is no picture, the answer says why.
   */
  draw(verified: Verified, call: CallContext): Promise<MessageInitShape<typeof DrawnFaceSchema>>;
  close(): Promise<void>;
}

/** Creates it; its thread starts with the first face. `limits` are for tests; the defaults are those of the service. */
export function createDrawnFaces(
  { client, config: { fonts } }: Pick<Runtime, "client" | "config">,
  limits: Partial<Pick<RenderPoolOptions, "maxWaiting" | "maxMs">> = {},
): DrawnFaces {
  const catalog = client(CatalogService, "catalog");
  let pool: RenderPool | undefined;

  const open = () =>
    createRenderPool({
      ...{ threads: 1, maxWaiting: MAX_WAITING, maxMs: MAX_MS, resourceLimits: MAX_HEAP_MB, idleMs: IDLE_MS, fonts },
      ...limits,
    });

  /** The template of the version that the message names, where this node has it. */
  async function templateOf({ metadata }: NonNullable<Verified["message"]>, call: CallContext) {
    const { itemCode: code, itemVersion: version, typeCode } = metadata;
    const found = await unlessRefused(catalog.getCatalogItem({ code, version }, onBehalf(call)));
    const content = found?.item?.content;
    return content?.typeCode === typeCode ? content.faceTemplateJson : undefined;
  }

  return {
    async draw({ report: { verdict }, message, shown }, call) {
      if (verdict !== "valid" && verdict !== "notInForce") return { absence: FaceAbsence.NOT_GENUINE };
      if (!message) return { absence: FaceAbsence.NO_MESSAGE };
      const template = await templateOf(message, call);
      if (!template) return { absence: FaceAbsence.NO_TEMPLATE };
      const pictures = shown?.pictures ?? new Map<string, Uint8Array>();
      const missing = shownAttachments(template, message).some(({ sha256 }) => !pictures.has(sha256));
      if (missing) return { absence: FaceAbsence.ATTACHMENTS_ELSEWHERE };
      pool ??= open();
      const face = await unlessRefused(pool.compile(template, NO_SEAL));
      const source = withShown(message, pictures);
      const options = { watermark: WATERMARK, files: source.files, stamp: shown?.stamp };
      const drawn = await unlessRefused(face?.preparePreview(source.message, options));
      if (!drawn || drawn.bytes.length > MAX_BYTES) return { absence: FaceAbsence.NOT_DRAWN };
      return { pdf: drawn.bytes, sealed: shown?.stamp !== undefined };
    },
    close: async () => pool?.close(),
  };
}

async function unlessRefused<T>(work: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
