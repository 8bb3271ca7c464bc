/** The JSON pointer (RFC 6901) of a member below another pointer; empty is the whole document. */
export function pointerTo(parent: string, member: string): string {
  return `${parent}/${member.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
