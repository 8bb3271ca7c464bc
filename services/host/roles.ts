/** Editions of the platform, as configurations name them. */
export const ROLES = ["province", "city", "department"] as const;

/** Which edition of the platform a node is. */
export type NodeRole = (typeof ROLES)[number];
