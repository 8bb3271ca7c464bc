import type {
  PresentedUse,
  RedeemAcrossRequest,
  RedeemAcrossResponse,
  UsageGround,
} from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { PresentationService } from "../../../proto/gen/ecert/usage/v1/presentation_service_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { presentationDigest, readPresentation } from "../../domain/presentation-code.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { GrantedItem } from "../../domain/usage-grant.ts";
import { hasService } from "../../host/place.ts";
import { nodeSignedBytes } from "../../statement/node-signed.ts";
import type { Exchange, SyncContext } from "../context.ts";
import type { OpenMatter } from "../exchange/grants.ts";
import { groundOf, partOf, witness } from "../exchange/ground.ts";
import { requireProvince } from "../exchange/province.ts";
import { linkedPeers } from "../wire/topology.ts";

/** What a holder shows needs no grant of an item; one list, so that a grant is signed once for what is asked again. */
const NO_ITEMS: readonly GrantedItem[] = [];

type Asked = RedeemAcrossRequest & { ground: UsageGround; use: PresentedUse };

/**
 * 5.7.4 亮证 across nodes: user city → province → the city where the holder made the presentation. Whoever has the code has the holder's consent, so
 * that no item needs to be granted; the province answers for the app and its matter.
 */
export function redeemAcross(context: SyncContext): Exchange["redeemAcross"] {
  const { runtime, ask, grants } = context;
  const here = runtime.config.node.code;

  async function gathered(asked: Asked, node: string, call: CallContext): Promise<RedeemAcrossResponse> {
    const open = await grants.found(asked.ground, call);
    requireOwnCase(asked, open);
    const known = { ...asked, ground: open.ground };
    if (node === here) return spent(known, call);
    if (!linkedPeers(runtime.config).some((peer) => peer.node === node)) throw noSuchNode(node);
    const granted = { ...known, ground: grants.granted(known.ground, NO_ITEMS, node) };
    const answer = await ask.one(node, call, (exchange, options) => exchange.redeemAcross(granted, options));
    return signedBy(node, answer);
  }

  async function forwarded(asked: Asked, node: string, call: CallContext): Promise<RedeemAcrossResponse> {
    const province = requireProvince(context);
    const answer = await ask.one(province, call, (exchange, options) => exchange.redeemAcross(asked, options));
    // Cities do not have each other's keys: of theirs the province verifies for both.
    return node === province ? signedBy(province, answer) : answer;
  }

  function signedBy(node: string, answer: RedeemAcrossResponse): RedeemAcrossResponse {
    const bytes = new TextEncoder().encode(answer.statementJson);
    const signed = nodeSignedBytes("ecert.presentation-receipt.v1", bytes);
    if (runtime.verifyNode(node, signed, answer.signature)) return answer;
    throw new Refusal("SIGNATURE_INVALID", `node ${node} has not signed its receipt`, { metadata: { node } });
  }

  async function issued(asked: Asked, node: string, call: CallContext): Promise<RedeemAcrossResponse> {
    grants.given(asked.ground);
    if (node !== here) throw noSuchNode(node);
    return spent(asked, call);
  }

  async function spent(asked: Asked, call: CallContext): Promise<RedeemAcrossResponse> {
    if (!hasService(runtime.config, "usage")) throw noSuchNode(here);
    const { ground, use, presentation } = asked;
    const question = { ground, use, presentation };
    const { redeemed } = await runtime.client(PresentationService, "usage").spendPresentation(question, onBehalf(call));
    if (redeemed) return redeemed;
    throw new Refusal("INTERNAL", "an answer without what was redeemed");
  }

  return async (request, call) => {
    const part = partOf(runtime, call);
    const asked = { ...request, ground: groundOf(call, part, request.ground, true), use: request.use as PresentedUse };
    const { node, code } = readPresentation(asked.presentation);
    requireThis(asked.ground, code);
    const answer = await { forward: forwarded, gather: gathered, own: issued }[part](asked, node, call);
    const { fields, certificate, fromArchive } = answer;
    await witness(runtime, call, asked.ground, {
      part,
      identifiers: [certificate?.identifier ?? ""],
      fields,
      presentedAt: node,
      fromArchive,
    });
    return answer;
  };
}

/** The ground, and so the grant, is for this very presentation. */
function requireThis({ usageCodeDigest }: UsageGround, code: string): void {
  if (usageCodeDigest === presentationDigest(code)) return;
  throw refuseField(
    "PERMISSION_DENIED",
    "ground.usage_code_digest",
    "not that of the presentation",
    "give the digest of the presentation that is redeemed",
    "与所用亮证码不一致，请填写该亮证码的摘要",
  );
}

/** The holder's receipt and list of uses name the department by the asking node's word, which the registry knows better. */
function requireOwnCase({ use }: Asked, { department }: OpenMatter): void {
  if (use.departmentCode === department) return;
  throw refuseField(
    "PERMISSION_DENIED",
    "use.department_code",
    `the matter is handled by ${department}`,
    "name the matter's department",
    `该事项由部门${department}办理，请填写该部门`,
  );
}

function noSuchNode(node: string): Refusal {
  return refuseField(
    "PRESENTATION_UNKNOWN",
    "presentation",
    `node ${node} gives out no presentations that can be redeemed here`,
    "ask the holder to show the certificate again",
    `节点${node}的亮证码不能在此使用，请持证主体重新亮证`,
  );
}
