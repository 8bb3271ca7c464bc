import { Rate } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import {
  MemberChoice,
  type SupervisionService,
} from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { membersOn } from "../../domain/rates.ts";
import { foreignPageToken, refuseField } from "../../domain/refusal.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedAmong } from "../../store/ordered-page.ts";
import type { SupervisionContext } from "../context.ts";
import { within } from "../counted/within.ts";
import { askedDay, askedKnowledge } from "../figures/asked-time.ts";
import { basisOf } from "../figures/basis.ts";
import { itemMember, matterMember } from "../figures/member-why.ts";
import { ratesWithin } from "../figures/rate-rows.ts";

const PAGE_SIZE = 100;

type Member = ReturnType<typeof itemMember>;

/** Which members are told; where nothing is chosen, all. */
const CHOSEN: Partial<Readonly<Record<MemberChoice, (member: Member) => boolean | undefined>>> = {
  [MemberChoice.COUNTED]: ({ counts }) => counts,
  [MemberChoice.DECLARED]: ({ declared }) => declared,
  [MemberChoice.NOT_COUNTED]: ({ counts }) => !counts,
};

const KEYS: Readonly<Record<string, (one: Member) => string>> = {
  name: ({ name = "" }) => name,
  code: ({ code = "" }) => code,
};

const textsOf = ({ name = "", code = "" }: Member) => [name, code];

/** The denominator of a rate of a department, each member with why it counts (3.7, 3.8). */
export function listRateMembers(context: SupervisionContext): Handlers<typeof SupervisionService>["listRateMembers"] {
  return async (request, { reach }) => {
    const { departmentCode, rate, pageToken, choice, search, orderBy } = request;
    const day = askedDay(request.day, context.runtime.now());
    const knownAt = askedKnowledge(request.knownAt);
    const limit = request.pageSize || PAGE_SIZE;
    const bounds = within(reach, { division: "", department: departmentCode });
    const owners: string[] = [];
    if (bounds) for await (const { owner } of ratesWithin(context, bounds)) owners.push(owner);
    if (owners.length === 0) throw unknown();
    const all: Member[] = [];
    for (const owner of owners) {
      const { items, matters } = membersOn(await basisOf(context, owner, knownAt), day);
      all.push(...(rate === Rate.ELECTRONIC ? items.map(itemMember) : matters.map(matterMember)));
    }
    const isChosen = CHOSEN[choice];
    const members = all.filter((one) => (isChosen?.(one) ?? true) && holdsPart(search, textsOf(one)));
    const order = { orderBy, keys: KEYS, idOf: ({ code }: Member) => String(code) };
    const { items, next = "" } = orderedAmong(members, { limit, after: pageToken }, order, () => {
      const begin = placeIn(pageToken);
      const more = begin + limit < members.length && { next: `n${begin + limit}` };
      return { items: members.slice(begin, begin + limit), ...more };
    });
    return { members: items, nextPageToken: next };
  };
}

/** How many members were told before: they are listed anew for each page, of the same day. */
function placeIn(token: string): number {
  if (token === "") return 0;
  const [, place] = /^n(\d{1,7})$/.exec(token) ?? [];
  if (place === undefined) throw foreignPageToken();
  return Number(place);
}

function unknown() {
  const remedy = "take one from GetRates";
  const localized = "没有该部门，请从GetRates的结果中选取";
  return refuseField("DEPARTMENT_UNKNOWN", "department_code", "no department within reach", remedy, localized);
}
