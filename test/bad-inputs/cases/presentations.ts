import type { JsonObject } from "@bufbuild/protobuf";
import type { BadInput, BadInputs } from "../bad-input.ts";
import { altered } from "../requests.ts";
import type { Scene } from "../scene.ts";

const GUESSED = "AAAAAAAAAAAAAAAAAAAAAA";

const show = (
  is: string,
  send: (scene: Scene) => JsonObject,
  reason: BadInput["reason"],
  field?: string,
): BadInput => ({
  ...{ is, rpc: "HolderService/CreatePresentation", at: "province", as: "holder", send, reason },
  ...(field !== undefined && { field }),
});

const cancel = (is: string, presentationId: (scene: Scene) => string, reason: BadInput["reason"]): BadInput => ({
  ...{ is, rpc: "HolderService/CancelPresentation", at: "province", as: "holder" },
  ...{ send: (scene) => ({ presentationId: presentationId(scene) }), reason, field: "presentationId" },
});

/** A request to redeem; good but for the presentation, and under another id than the one that was redeemed. */
const redeem = (is: string, presentation: (scene: Scene) => string, reason: BadInput["reason"]): BadInput => ({
  ...{ is, reason, field: "presentation" },
  send: (scene) => ({ ...scene.shown.request, requestId: "bad-other", presentation: presentation(scene) }),
});

export const PRESENTATIONS: BadInputs = {
  title: "Presentations (亮证)",
  rpc: "UsageService/RedeemPresentation",
  at: "pengwan",
  as: "counter",
  inputs: [
    show("no identifier", () => ({}), "INVALID_FIELD", "identifier"),
    show(
      "a revoked certificate",
      ({ certificates }) => ({ identifier: certificates.revoked }),
      "STATE_CONFLICT",
      "identifier",
    ),
    show(
      "a certificate that was only made",
      ({ certificates }) => ({ identifier: certificates.made }),
      "CERTIFICATE_UNKNOWN",
      "identifier",
    ),
    show(
      "a data item that the certificate does not have",
      ({ certificates }) => ({ identifier: certificates.inForce, fields: ["name", "colour"] }),
      "INVALID_FIELD",
      "fields[1]",
    ),
    show(
      "a data item twice",
      ({ certificates }) => ({ identifier: certificates.inForce, fields: ["name", "name"] }),
      "INVALID_FIELD",
      "fields",
    ),
    {
      ...show("an app that shows a certificate", () => ({ identifier: "1" }), "PERMISSION_DENIED"),
      ...{ at: "pengwan", as: "counter" },
    },
    cancel("a presentation named by something else", () => GUESSED, "INVALID_FIELD"),
    cancel("a presentation to withdraw that there is not", () => "0".repeat(64), "PRESENTATION_UNKNOWN"),
    cancel("a presentation to withdraw that was redeemed", ({ shown }) => shown.spentId, "PRESENTATION_SPENT"),
    redeem("a text that is no presentation", () => "https://example.com/x", "INVALID_FIELD"),
    redeem("a code without its node", () => GUESSED, "INVALID_FIELD"),
    redeem("a code that was guessed, of this node", () => `ecert:present:440300:${GUESSED}`, "PRESENTATION_UNKNOWN"),
    redeem("a code that was guessed, of another city", () => `ecert:present:440100:${GUESSED}`, "PRESENTATION_UNKNOWN"),
    redeem("a code of a node that there is not", () => `ecert:present:450000:${GUESSED}`, "PRESENTATION_UNKNOWN"),
    redeem("a presentation that was redeemed", ({ shown }) => shown.request.presentation, "PRESENTATION_SPENT"),
    redeem("a presentation that the holder withdrew", ({ shown }) => shown.withdrawn, "PRESENTATION_WITHDRAWN"),
    {
      is: "a request id that redeemed in another case",
      send: ({ shown }) => altered(shown.request, "context.businessId", "bad-other"),
      reason: "REQUEST_ID_REUSED",
      field: "requestId",
    },
    {
      is: "a presentation without a context",
      send: ({ shown }) => altered(shown.request, "context", undefined),
      reason: "INVALID_FIELD",
      field: "context",
    },
    {
      is: "a presentation in a matter that there is not",
      send: ({ shown }) => altered(shown.request, "context.matterCode", "NOWHERE"),
      reason: "MATTER_UNKNOWN",
      field: "context.matterCode",
    },
    {
      is: "a holder who redeems",
      as: "holder",
      send: ({ shown }) => shown.request,
      reason: "PERMISSION_DENIED",
    },
  ],
};
