/** What every text of a presentation (亮证码) begins with. */
export const PRESENTATION_PREFIX = "ecert:present:";

/** Whether a text claims to be one of a presentation, well-formed or not: whoever scans it is told what it is. */
export function isPresentationText(text: string): boolean {
  return text.startsWith(PRESENTATION_PREFIX);
}
