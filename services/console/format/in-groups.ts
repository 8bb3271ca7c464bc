/** A digest in groups of four, as people compare it. */
export const inGroups = (digest: string): string => (digest.match(/.{4}/g) ?? []).join(" ");
