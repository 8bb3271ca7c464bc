import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import { type Origin, OriginSchema } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { consoleKeyId } from "../../domain/console-app.ts";
import {
  type OriginStatement,
  originBytes,
  originStatement,
  originStatementOf,
} from "../../domain/origin-statement.ts";
import { refuseField } from "../../domain/refusal.ts";
import { rightTime } from "../../host/right-time.ts";
import type { Runtime } from "../../node/runtime.ts";
import { signOrigin } from "../../trust/origin-sign.ts";
import { type CertificateDocument, messageOf, type StoredOrigin } from "../record/certificate.ts";
import type { Order } from "./order.ts";

/** Signs in the place of a department's system what its staff order on screen. */
export interface ConsoleOrigin {
  /** Origin of an order of the console app. Throws `ORIGIN_MISSING` where this node has no key for it. */
  of(order: Order, app: string): Origin;
  /** The certificate with a fresh origin where this key signed its order: on screen, who makes and who issues come at different hours. */
  renewed(document: CertificateDocument): CertificateDocument;
}

/** Loads the key of the configuration. Throws where it is none by which origins are signed. */
export function openConsoleOrigin(runtime: Runtime): ConsoleOrigin {
  const { console: configured, node } = runtime.config;
  const keyId = consoleKeyId(node.code);
  const key = configured && createPrivateKey(readFileSync(configured.originKeyFile, "utf8"));

  function signed(
    statementAt: (signedAt: string) => OriginStatement,
  ): MessageInitShape<typeof OriginSchema> & StoredAt {
    if (!key) throw noKey(node.code);
    const statement = statementAt(rightTime(runtime).toISOString());
    return {
      keyId,
      signedAt: statement.signedAt,
      signature: signOrigin(key, statement),
      statement: originBytes(statement),
    };
  }

  return {
    of: (order, app) =>
      create(
        OriginSchema,
        signed((signedAt) => originStatement(order, app, signedAt)),
      ),
    renewed(document) {
      if (!key || document.origin?.keyId !== keyId) return document;
      const message = messageOf(document);
      const { signedAt, signature } = signed((at) => originStatementOf(message, at, document.numberGiven));
      const origin: StoredOrigin = { keyId, signedAt, signature: Buffer.from(signature).toString("base64") };
      return { ...document, origin };
    },
  };
}

interface StoredAt {
  signedAt: string;
  signature: Uint8Array;
}

function noKey(node: string) {
  const description = `node ${node} has no key by which orders of its staff are signed`;
  const remedy = "ask the node's operator to configure one (console.originKeyFile), or to open the item as attested";
  const localized = `节点${node}未配置经办来源签名密钥，请联系节点运维配置（console.originKeyFile），或将该目录项开通为由节点担保`;
  return refuseField("ORIGIN_MISSING", "origin", description, remedy, localized);
}
