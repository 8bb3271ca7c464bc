import type { IssuerService, NodeKey } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isEd25519PublicKey } from "../../domain/ed25519-point.ts";
import { refuseField } from "../../domain/refusal.ts";
import { instant } from "../../registry/instant.ts";
import type { CatalogContext } from "../context.ts";
import { keysIn, putKey } from "../issuers/node-keys.ts";
import { requireProvince } from "../issuers/require-province.ts";

/** 5.9.2: the province says with which keys a node signs and signed, so that what they signed can be judged for good. */
export function putNodeKey(context: CatalogContext): Handlers<typeof IssuerService>["putNodeKey"] {
  return async (request) => {
    requireProvince(context, "PutNodeKey");
    context.runtime.clock.require();
    const { node, publicKey, since: begin, until: end, compromised } = request.key as NodeKey;
    if (!isEd25519PublicKey(publicKey)) {
      const remedy = "send the 32 bytes of the raw public key (`x` of its JWK)";
      throw refuseField(
        "INVALID_FIELD",
        "key.public_key",
        "no public key of Ed25519",
        remedy,
        "不是Ed25519公钥，请提供32字节的原始公钥（JWK的x）",
      );
    }
    const since = instant("key.since", begin);
    const until = end === "" ? undefined : instant("key.until", end);
    if (until !== undefined && until < since) {
      const description = `${end} lies before ${begin}`;
      throw refuseField(
        "DATE_RANGE_INVALID",
        "key.until",
        description,
        "exchange the two times or correct one",
        `${end}早于${begin}，请对调或更正`,
      );
    }
    const key = Buffer.from(publicKey).toString("base64url");
    const document = await putKey(
      context,
      node,
      (known) => {
        if (known?.compromised && !compromised) {
          const remedy = "list another key for what the node signs from now on";
          throw refuseField(
            "INVALID_FIELD",
            "key.compromised",
            "a key that was lost stays lost",
            remedy,
            "已丢失的密钥不能恢复，请为该节点以后的签名登记新的密钥",
          );
        }
        return { key, since, ...(until !== undefined && { until }), ...(compromised && { compromised }) };
      },
      key,
    );
    return { keys: keysIn(document) };
  };
}
