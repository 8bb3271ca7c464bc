import { ExtensionService } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import type { FieldViolation } from "../../domain/refusal.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Order } from "./order.ts";

/** Longer than any check of a manifest may take. */
const TIMEOUT_MS = 15_000;

/** Who orders, and in whose name. */
interface Ordered {
  order: Order;
  app: string;
  issuer: { code: string; division: string };
}

/** Holds orders against the checks that this node's extensions add (4.1.3). */
export type ExtensionChecks = (ordered: Ordered, call: CallContext) => Promise<void>;

/**
 * Opens them: where the configuration names no extensions, nobody is asked. Rejects with `DATA_INVALID`, with every fault of every check at its place in the
 * data, and with `EXTENSION_FAULT` where a check gives no answer.
 */
export function openExtensionChecks(runtime: Pick<Runtime, "config" | "client">): ExtensionChecks {
  if ((runtime.config.extensions ?? []).length === 0) return async () => {};
  const extension = runtime.client(ExtensionService, "extension");
  return async ({ order, app, issuer }, call) => {
    const { itemCode, attachments, issuerCode: _code, number: _number, version: _version, ...rest } = order;
    const seen = attachments.map(({ name, mediaType, size }) => ({ name, mediaType, bytes: size }));
    const orderJson = JSON.stringify({
      ...rest,
      app,
      issuer: { code: issuer.code, division: issuer.division },
      attachments: seen,
    });
    const { faults } = await extension.checkOrder(
      { itemCode, orderJson },
      {
        timeoutMs: TIMEOUT_MS,
        headers: { "x-request-id": call.requestId, traceparent: call.traceparent },
      },
    );
    if (faults.length === 0) return;
    const fields = faults.map(
      ({ pointer, description, remedy, localized }): FieldViolation => ({
        field: `/data${pointer}`,
        description,
        remedy,
        localized,
      }),
    );
    const named = [...new Set(faults.map((fault) => fault.extension))].join(", ");
    throw new Refusal(
      "DATA_INVALID",
      `the order breaks ${faults.length} rule(s) of ${named}, first ${fields[0]?.field}: ${fields[0]?.description}`,
      {
        fields,
        metadata: { extension: named },
      },
    );
  };
}
