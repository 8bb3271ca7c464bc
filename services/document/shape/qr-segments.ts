/**
 * Runs of what the alphanumeric mode holds, in 5.5 bits a character where octets take 8. Shorter ones do not save what the change of
 * modes costs. Identifiers of certificates are such runs.
 */
const ALPHANUMERIC_RUN = /([0-9A-Z $%*+\-./:]{15,})/;

/** A stretch of a text in one mode of coding. */
export type QrSegment = { data: Buffer; mode: "alphanumeric" | "byte" };

/** The stretches of a text, cut by one rule: a search for the best split would take as long as the rest of the code. */
export function qrSegments(text: string): QrSegment[] {
  return text
    .split(ALPHANUMERIC_RUN)
    .map((part, index): QrSegment => ({ data: Buffer.from(part), mode: index % 2 === 1 ? "alphanumeric" : "byte" }))
    .filter(({ data }) => data.length > 0);
}
