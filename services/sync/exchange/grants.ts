import { isDeepStrictEqual } from "node:util";
import { create } from "@bufbuild/protobuf";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import {
  type MatterGrant,
  MatterGrantSchema,
  type UsageGround,
  UsageGroundSchema,
  type UsedBy,
  UsedBySchema,
} from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { GrantedItem } from "../../domain/usage-grant.ts";
import { provincePeer } from "../../host/place.ts";
import { rightTime } from "../../host/right-time.ts";
import type { Runtime } from "../../node/runtime.ts";
import { grantedItemsOf } from "../../record/certificate-release.ts";
import {
  GRANT_LIFETIME_MS,
  itemsGranted,
  type MatterGrantStatement,
  makeMatterGrant,
  readMatterGrant,
} from "../../trust/matter-grant.ts";
import { holderOf } from "./ground.ts";

/** What a registry opens for an app and matter. */
export interface OpenMatter {
  /** Node of the app. */
  node: string;
  /** Social credit code of the department that handles the matter. */
  department: string;
  /** The ground with who uses it, for the holder to see. */
  ground: UsageGround;
  items: readonly GrantedItem[];
}

/** What the matter of a ground is granted, and for whom. */
export interface Grants {
  /**
   * The province's word: what the registry of the asking node opens for the ground's app and matter today (6.4.6.1), or did a second ago. Its own services,
   * which stand in for cities (4.5.1), ask for apps of any node. Throws what GetUsageTerms refuses, `PERMISSION_DENIED` for an
   * app of another node than the one that asks.
   */
  found(ground: UsageGround, call: CallContext): Promise<OpenMatter>;
  /** The ground with a grant of these items, signed for one issuing node. Throws `CLOCK_WRONG` where this node's clock may not be believed. */
  granted(ground: UsageGround, items: readonly GrantedItem[], issuer: string): UsageGround;
  /** The issuing node's part: what the province granted. Throws as {@link readMatterGrant} and {@link itemsGranted}, and `CLOCK_WRONG`. */
  given(ground: UsageGround): readonly GrantedItem[];
}

/** What the registry said of a matter is believed for so long, milliseconds: one matter is asked for many times in a second. */
const KNOWN_MS = 1_000;
const KNOWN_MATTERS = 10_000;

interface KnownMatter extends Omit<OpenMatter, "ground"> {
  usedBy: UsedBy;
  at: number;
}

/** Grants that are remembered: those that were signed, and those whose signature held; the oldest goes first. */
const KNOWN_GRANTS = 10_000;
/** A grant is handed out again for so long, milliseconds, while what it opens is the same: most of its life is left to whoever reads it. */
const HANDED_OUT_MS = GRANT_LIFETIME_MS / 5;

/** Creates the grants of a node. */
export function createGrants(runtime: Runtime): Grants {
  const { config, nodeKey } = runtime;
  const { code } = config.node;
  const terms = runtime.client(TermsService, "catalog");
  const matters = new Map<string, KnownMatter>();
  /** By the question that they were signed for, with what they open: one code asks many times. */
  const signed = new BoundedMemory<string, { items: readonly GrantedItem[]; grant: MatterGrant; at: number }>(
    KNOWN_GRANTS,
  );
  /** What the province signed, by the octets of statement and signature. */
  const held = new BoundedMemory<string, MatterGrantStatement>(KNOWN_GRANTS);
  const province = provincePeer(config.peers)?.node;

  async function matterOf({ appKey, matterCode }: UsageGround, call: CallContext): Promise<KnownMatter | undefined> {
    const asked = runtime.monotonic();
    const day = shanghaiDay(runtime.now());
    const key = JSON.stringify([day, appKey, matterCode]);
    const known = matters.get(key);
    if (known && asked - known.at < KNOWN_MS) return known;
    const { matter, department: handles } = await terms
      .getUsageTerms({ appKey, matterCode, day }, onBehalf(call))
      .catch(ofGround);
    if (!matter) return undefined;
    const { node, departmentCode: department } = matter;
    const names = { departmentName: handles?.name ?? "", matterName: matter.name };
    const usedBy = create(UsedBySchema, { departmentCode: department, ...names });
    const items = grantedItemsOf(matter);
    // The same list as before, where nothing has changed: what was signed with it is good for this one.
    const same = known && isDeepStrictEqual(known.items, items) ? known.items : items;
    const found = { node, department, usedBy, items: same, at: asked };
    if (matters.size >= KNOWN_MATTERS) matters.clear();
    matters.set(key, found);
    return found;
  }

  return {
    async found(ground, call) {
      const { appKey } = ground;
      const matter = await matterOf(ground, call);
      const standsIn = call.caller.kind === "service";
      if (!matter || (!standsIn && matter.node !== ground.node)) {
        const description = `app ${appKey} is not one of node ${ground.node}`;
        throw refuseField(
          "PERMISSION_DENIED",
          "ground.app_key",
          description,
          "ask for apps of your own node",
          `应用${appKey}不属于节点${ground.node}，请只为本节点的应用查询`,
        );
      }
      const { usedBy, ...open } = matter;
      const { name: nodeName = "" } = [config.node, ...config.peers].find((one) => codeOf(one) === ground.node) ?? {};
      return { ...open, ground: create(UsageGroundSchema, { ...ground, usedBy: { ...usedBy, nodeName } }) };
    },

    granted(ground, items, issuer) {
      const question = questionOf(ground, issuer);
      const key = JSON.stringify(question);
      const known = signed.get(key);
      const now = rightTime(runtime);
      const at = runtime.monotonic();
      if (known?.items === items && at - known.at < HANDED_OUT_MS)
        return create(UsageGroundSchema, { ...ground, grant: known.grant });
      const how = { province: code, now, sign: (bytes: Uint8Array) => nodeKey.sign(bytes) };
      const grant = create(MatterGrantSchema, makeMatterGrant(question, items, how));
      signed.renew(key, { items, grant, at });
      return create(UsageGroundSchema, { ...ground, grant });
    },

    given(ground) {
      const { grant } = ground;
      if (!grant || province === undefined) {
        throw refuseField(
          "PERMISSION_DENIED",
          "ground.grant",
          "missing",
          "ask through the province",
          "缺少省级签发的用证许可，请经省级节点查询",
        );
      }
      // By a wrong clock every grant is over, or not begun: that must not look like a fault of the question.
      const now = rightTime(runtime);
      const read = () => readMatterGrant(grant, province, (bytes, by) => runtime.verifyNode(province, bytes, by));
      // A signature that has held over these octets is not verified again; whether they speak of this question is looked at each time.
      const granted = held.recall(sha256Hex(Buffer.concat([grant.signature, grant.statement])), read);
      return itemsGranted(granted, { ...questionOf(ground, code), province }, now);
    },
  };
}

function codeOf(one: { code: string } | { node: string }): string {
  return "code" in one ? one.code : one.node;
}

function questionOf(ground: UsageGround, issuer: string) {
  const { node, appKey, matterCode, usageCodeDigest } = ground;
  return { node, issuer, app: appKey, matter: matterCode, usageCodeDigest, holder: holderOf(ground) };
}

const FIELDS: Record<string, string> = { app_key: "ground.app_key", "context.matter_code": "ground.matter_code" };

/** What the catalog refuses, with the fields of the question at hand. */
function ofGround(error: unknown): never {
  if (!(error instanceof Refusal)) throw error;
  const { reason, message, metadata, retryAfterMs } = error;
  const fields = error.fields.map((one) => ({ ...one, field: FIELDS[one.field] ?? one.field }));
  throw new Refusal(reason, message, {
    fields,
    metadata,
    cause: error,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
