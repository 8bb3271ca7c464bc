import { Refusal } from "../services/domain/refusal.ts";

/**
 * The refusal of one member of a job, `metadata.name` for the data message's: the policy of this host, what the province signed or what
 * the agent computes says otherwise. `why` begins where the value ends.
 */
export function refuseMember(member: string, value: string, why: string, remedy?: string, localized?: string): Refusal {
  const told = remedy === undefined ? why : `${why}; ${remedy}`;
  return new Refusal("POLICY_REFUSED", `${member} ${value}: ${told}`, {
    metadata: { member, value },
    fields: [
      {
        field: member,
        description: why,
        remedy: remedy ?? "bring order, registry and the policy of this host into line",
        localized: localized ?? `${value}与本机策略、省级签发的目录或应有的值不符，请核对订单、登记与本机策略`,
      },
    ],
  });
}
