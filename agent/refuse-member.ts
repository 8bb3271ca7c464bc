import { Refusal } from "../services/domain/refusal.ts";

/**
 * The refusal of one member of a job, `metadata.name` for the data message's: the policy of this host, what the province signed or what
 * the agent computes says otherwise. `why` begins where the value ends.
 */
export function refuseMember(member: string, value: string, why: string, remedy?: string): Refusal {
  const told = remedy === undefined ? why : `${why}; ${remedy}`;
  return new Refusal("POLICY_REFUSED", `${member} ${value}: ${told}`, {
    metadata: { member, value },
    fields: [{ field: member, description: why, ...(remedy !== undefined && { remedy }) }],
  });
}
