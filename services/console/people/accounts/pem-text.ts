/** A certificate as text: as it is, or, where it is binary (DER), in the letters that the contract asks for. */
export function pemOf(bytes: Uint8Array<ArrayBuffer>): string {
  const text = new TextDecoder().decode(bytes);
  if (text.includes("-----BEGIN")) return text;
  const letters = btoa(String.fromCharCode(...bytes)).replace(/.{64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${letters}\n-----END CERTIFICATE-----\n`;
}
