/**
 * Refusals of PrepareConfirmation behind which a certificate is issued without one: the agent that would tell of officers is away or asks none, or has a
 * page of its own. What of these it is, the node says when it is issued.
 */
export const WITHOUT_CONFIRMATION: readonly string[] = ["AGENT_AWAY", "POLICY_REFUSED"];
