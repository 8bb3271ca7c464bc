import type { IssuerService, NodeKey } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { isEd25519PublicKey } from "../../domain/ed25519-point.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import { instant } from "../instant.ts";
import { keysIn, putKey } from "../node-keys.ts";
import { requireProvince } from "../require-province.ts";

/** 5.9.2: the province says with which keys a node signs and signed, so that what they signed can be judged for good. */
export function putNodeKey(context: CatalogContext): Handlers<typeof IssuerService>["putNodeKey"] {
  return async (request) => {
    requireProvince(context, "PutNodeKey");
    const { node, publicKey, since: begin, until: end, compromised } = request.key as NodeKey;
    if (!isEd25519PublicKey(publicKey)) {
      const remedy = "send the 32 bytes of the raw public key (`x` of its JWK)";
      throw refuseField("INVALID_FIELD", "key.public_key", "no public key of Ed25519", remedy);
    }
    const since = instant("key.since", begin);
    const until = end === "" ? undefined : instant("key.until", end);
    if (until !== undefined && until < since) {
      const description = `${end} lies before ${begin}`;
      throw refuseField("DATE_RANGE_INVALID", "key.until", description, "exchange the two times or correct one");
    }
    const key = Buffer.from(publicKey).toString("base64url");
    const document = await putKey(
      context,
      node,
      (known) => {
        if (known?.compromised && !compromised) {
          const remedy = "list another key for what the node signs from now on";
          throw refuseField("INVALID_FIELD", "key.compromised", "a key that was lost stays lost", remedy);
        }
        return { key, since, ...(until !== undefined && { until }), ...(compromised && { compromised }) };
      },
      key,
    );
    return { keys: keysIn(document) };
  };
}
