import type { LifeService } from "../../../proto/gen/ecert/sync/v1/life_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { listOf } from "../../store/pages-of.ts";
import type { IssueContext } from "../context.ts";
import { messageOf, placeOfIssuer, wasIssued } from "../record/certificate.ts";

/** What became of a certificate that this node has made, by whom, and of its other versions. */
export function getCertificateLife({
  certificates,
  runtime,
}: IssueContext): Handlers<typeof LifeService>["getCertificateLife"] {
  return async ({ identifier }) => {
    const document = await certificates.get(identifier);
    if (!document)
      throw new Refusal("CERTIFICATE_UNKNOWN", `this node has made no certificate ${identifier}`, {
        metadata: { identifier },
      });
    const { itemCode, itemVersion, number, state, line, pendingSince, replaceCause = "" } = document;
    const message = messageOf(document);
    const { issuer, division } = placeOfIssuer(message);
    const versions = await listOf(certificates, { index: "line", equals: [line] });
    return {
      ...{ node: runtime.config.node.code, name: message.metadata.name, number, itemCode, itemVersion },
      ...{ issuerCode: issuer, division, state },
      // Why it was made at all is told by the first step that is known.
      steps: document.history.map(({ state, at, cause = "", by: appKey, officer }, place) => {
        return {
          state,
          at,
          cause: place === 0 ? replaceCause || cause : cause,
          appKey,
          account: officer?.account ?? "",
          person: officer?.name ?? "",
        };
      }),
      versions: versions.map(({ _id, version, state, replaceCause: cause = "" }) => {
        return { identifier: _id, version, state, cause };
      }),
      waits: wasIssued(document) && pendingSince !== undefined,
    };
  };
}
